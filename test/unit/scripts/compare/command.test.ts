import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../../../sandbox/paths";
import { run } from "../../../../sandbox/runtime/run";
import { linesRunBy } from "../../../support/documents";
import { GithubServer } from "../../../support/github-server";

const COMMIT = "c".repeat(40);

describe("npm run compare", function () {
  this.timeout(60_000);
  let folder: string;
  let github: GithubServer;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "compare-"));
    github = await GithubServer.start();
  });
  after(async () => {
    await github.stop();
    rmSync(folder, { recursive: true });
  });

  function compare(...args: string[]) {
    const program = ["--import", "tsx", "scripts/compare.ts", "--stack", "dev", ...args];
    return run(process.execPath, program, {
      cwd: repository,
      env: {
        ...process.env,
        ...github.environment,
      },
      allowFailure: true,
    });
  }

  it("prints what a branch changes, as documented", async () => {
    const [render = "", command = ""] = linesRunBy(
      "docs/pull-requests.md",
      "prints what a branch changes, as documented",
    ).map((line) => line.replaceAll(/\b(base|head)\.json/g, join(folder, "$1.json")));
    await run("sh", ["-c", render], { cwd: repository });
    const head = readFileSync(join(folder, "head.json"), "utf8");
    writeFileSync(join(folder, "base.json"), head.replace("train:0.0.19", "train:0.0.18"));
    const { stdout } = await run("sh", ["-c", command], { cwd: repository });
    assert.match(stdout, /### `dev`: 1 pipeline changes\n/);
    assert.ok(
      stdout.includes("| `dogs-and-cats-model` | workers restart, no datum is processed again |"),
    );
  });

  it("comments only on the open pull request that is at the rendered commit", async () => {
    const files = ["base.json", "head.json"].map((file) => join(folder, file));
    github.pulls["fork:branch"] = [{ number: 12, head: { sha: COMMIT } }];
    const moved = await compare("--head", `fork:branch@${"d".repeat(40)}`, ...files);
    assert.equal(moved.code, 1);
    assert.deepEqual(github.checkRuns, []);
    assert.match(moved.stderr, /^compare: no open pull request from fork:branch@d+\n$/);
    const found = await compare("--head", `fork:branch@${COMMIT}`, ...files);
    assert.equal(found.code, 0, found.stderr);
    assert.match(github.comments[0]?.body ?? "", /^<!-- pachyderm-seldon:fork:dev -->\n/);
    // the check that a branch rule requires: only a preview with credentials has another
    assert.deepEqual(
      github.checkRuns.map(({ name, head_sha, conclusion }) => [name, head_sha, conclusion]),
      [["plan of dev", COMMIT, "neutral"]],
    );
  });

  it("refuses what is not of its form, in one line", async () => {
    const bad = await compare("--head", "fork:branch", "a", "b");
    assert.equal(bad.code, 1);
    assert.doesNotMatch(bad.stderr, /\n +at /);
  });
});
