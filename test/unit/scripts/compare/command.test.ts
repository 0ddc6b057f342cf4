import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../../command-line/processes/run";
import { repository } from "../../../../command-line/repository";
import { upsertCheckRun } from "../../../../scripts/github/check-runs";
import { markerOf } from "../../../../scripts/github/marker";
import { repositoryFromEnvironment } from "../../../../scripts/github/variables";
import { linesRunBy } from "../../../support/documents";
import { GithubServer } from "../../../support/github-server";
import { runInProcess } from "../../../support/in-process-script";

const COMMIT = "c".repeat(40);

/** The base of a pull request, as in GitHub's responses. */
const baseOf = (ref: string) => ({ ref, repo: { default_branch: "main" } });

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

  const compare = (...args: string[]) =>
    runInProcess("compare", ["--stack", "dev", ...args], {
      ...process.env,
      ...github.environment,
    });

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
      stdout.includes("| `dogs-and-cats-model` | workers restart; no datum is processed again |"),
    );
  });

  it("comments only on the open pull request that is at the rendered commit", async () => {
    const files = ["base.json", "head.json"].map((file) => join(folder, file));
    github.pulls["fork:branch"] = [
      { number: 11, head: { sha: COMMIT }, base: baseOf("release") },
      { number: 12, head: { sha: COMMIT }, base: baseOf("main") },
    ];
    const moved = await compare("--head", `fork:branch@${"d".repeat(40)}`, ...files);
    assert.equal(moved.code, 1);
    assert.deepEqual(github.checkRuns, []);
    assert.match(
      moved.stderr,
      /^compare: there is no open pull request from fork:branch@d+ to the default branch\n$/,
    );
    const found = await compare("--head", `fork:branch@${COMMIT}`, ...files);
    assert.equal(found.code, 0, found.stderr);
    assert.match(github.comments[0]?.body ?? "", /^<!-- pachyderm-seldon:fork:dev -->\n/);
    assert.equal(github.comments[0]?.number, 12);
    // the check that a branch rule requires: only a preview with credentials can set another
    // conclusion
    assert.deepEqual(
      github.checkRuns.map(({ name, head_sha, conclusion }) => [name, head_sha, conclusion]),
      [["plan of dev", COMMIT, "neutral"]],
    );
  });

  it("adds no neutral check that replaces a preview's, for a commit of the repository itself", async () => {
    const files = ["base.json", "head.json"].map((file) => join(folder, file));
    const [planned, open] = ["a".repeat(40), "b".repeat(40)];
    const internal = { number: 7, state: "open", head: { repo: { full_name: "acme/ml" } } };
    github.pulls[open] = [{ ...internal, head: { ...internal.head, sha: open } }];
    const { environment } = github;
    const repository = { ...repositoryFromEnvironment(environment), variables: {} };
    await upsertCheckRun(
      repository,
      { commit: planned, stack: "dev", marker: markerOf("preview", "dev") },
      { conclusion: "failure", title: "over the budget", summary: "over the budget" },
    );
    const before = [...github.checkRuns];
    for (const commit of [planned, open]) {
      github.pulls[`fork:${commit}`] = [
        { number: 13, head: { sha: commit }, base: baseOf("main") },
      ];
      const { code, stdout, stderr } = await compare(
        "--head",
        `fork:${commit}@${commit}`,
        ...files,
      );
      assert.equal(code, 0, stderr);
      assert.match(
        stdout,
        /\nno check was added: \w+ belongs to a pull request from acme\/ml itself\n$/,
      );
      assert.deepEqual(github.checkRuns, before);
    }
    // a pull request from the fork itself, and a closed one, do not count
    const commit = "e".repeat(40);
    github.pulls[`fork:${commit}`] = [{ number: 14, head: { sha: commit }, base: baseOf("main") }];
    github.pulls[commit] = [
      { number: 14, state: "open", head: { sha: commit, repo: { full_name: "fork/ml" } } },
      { number: 15, state: "open", head: { sha: commit, repo: null } },
      { number: 16, state: "closed", head: { sha: commit, repo: { full_name: "acme/ml" } } },
    ];
    assert.equal((await compare("--head", `fork:${commit}@${commit}`, ...files)).code, 0);
    assert.equal(github.checkRuns.at(-1)?.head_sha, commit);
  });

  it("prints nothing that GitHub's runner reads as a command", async () => {
    const specs = (name: string) => JSON.stringify([{ pipeline: { name } }]);
    const [base, head] = ["commands-base.json", "commands-head.json"].map((file) =>
      join(folder, file),
    ) as [string, string];
    writeFileSync(base, "[]");
    writeFileSync(head, specs("##[add-path]/tmp/x"));
    const { code, stdout } = await runInProcess("compare", ["--stack", "dev", base, head], {
      ...process.env,
      GITHUB_ACTIONS: "true",
    });
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split("\n");
    const [, token] = /^::stop-commands::([0-9a-f-]{36})$/.exec(lines[0] ?? "") ?? [];
    assert.ok(token, stdout);
    assert.equal(lines.at(-1), `::${token}::`);
    assert.ok(stdout.includes("##[add-path]"));
  });

  it("refuses invalid arguments and files, in one line", async () => {
    const bad = await compare("--head", "fork:branch", "a", "b");
    assert.equal(bad.code, 1);
    assert.doesNotMatch(bad.stderr, /\n +at /);
  });
});
