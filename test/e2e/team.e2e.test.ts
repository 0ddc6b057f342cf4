import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEmpty } from "../../sandbox/inventory";
import { repository } from "../../sandbox/paths";
import { type RunResult, run } from "../../sandbox/runtime/run";
import { markerOf } from "../../scripts/comment/marker";
import { Engine } from "../support/engine";
import { GithubServer } from "../support/github-server";

const STACK = "sandbox-e2e-team";
const IMAGE = "gcr.io/determined-ai/pachyderm-seldon/train";
const KEY = "useCases.image-classification.training.image";

/** A team's week: pull requests with a comment, deployments of what was reviewed, drift. */
describe("a team's stack", () => {
  let engine: Engine;
  let github: GithubServer;
  let folder: string;
  let head: string;

  before(async () => {
    github = await GithubServer.start();
    folder = mkdtempSync(join(tmpdir(), "team-"));
    head = (await run("git", ["rev-parse", "HEAD"], { cwd: repository })).stdout.trim();
    engine = await Engine.start(STACK);
    await engine.configure("useCases.sentiment-analysis", undefined);
  });
  after(async () => {
    await engine?.stop();
    await github?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs an npm script as a workflow's job does. */
  function script(name: string, args: readonly string[], env = {}): Promise<RunResult> {
    return run("npm", ["run", "--silent", name, "--", "--stack", STACK, ...args], {
      cwd: repository,
      env: {
        ...engine.sandbox.env,
        GITHUB_TOKEN: "t0ken",
        GITHUB_REPOSITORY: "acme/ml",
        GITHUB_API_URL: github.address,
        ...env,
      },
      allowFailure: true,
      timeout: 240_000,
    });
  }

  async function plan(): Promise<{ comment: string; fingerprint: string | undefined }> {
    const { code, stdout, stderr } = await script("plan", ["--out", folder]);
    assert.equal(code, 0, stderr);
    const comment = readFileSync(join(folder, "comment.md"), "utf8");
    return { comment, fingerprint: /^fingerprint (\w+)$/m.exec(stdout)?.[1] };
  }

  function comment(): Promise<RunResult> {
    const check = ["--check", join(folder, "check.json"), "--commit", head];
    return script("comment", ["--pull-request", "12", ...check, join(folder, "comment.md")]);
  }

  it("goes up as it was planned", async () => {
    const { fingerprint } = await plan();
    const { code, stderr } = await script("deploy", ["--fingerprint", fingerprint ?? ""]);
    assert.equal(code, 0, stderr);
    assert.deepEqual((await engine.preview()).changes, []);
  });

  it("shows in a pull request what another image does", async () => {
    await engine.configure(KEY, `${IMAGE}:0.0.20`);
    const planned = await plan();
    assert.match(planned.comment, new RegExp(`^${markerOf("preview", STACK)}\n### `));
    assert.ok(planned.comment.includes(`+ spec.transform.image: "${IMAGE}:0.0.20"`));
    assert.ok(planned.comment.includes(`Only fingerprint \`${planned.fingerprint}\` is applied.`));
    const { code, stderr } = await comment();
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      github.comments.map(({ body }) => body),
      [planned.comment],
    );
  });

  it("edits that comment when the pull request changes", async () => {
    await engine.configure(KEY, `${IMAGE}:0.0.21`);
    const planned = await plan();
    await comment();
    assert.deepEqual(
      github.comments.map(({ body }) => body),
      [planned.comment],
    );
    assert.deepEqual(
      github.checkRuns.map(({ name, conclusion, output }) => [name, conclusion, output.title]),
      [[`plan of ${STACK}`, "success", `${STACK}: 1 pipeline restarts`]],
    );
  });

  it("refuses another plan than the reviewed one, and says how it differs", async () => {
    const versions = await engine.versions();
    await engine.configure(KEY, `${IMAGE}:0.0.22`);
    const { code, stderr } = await script("deploy", ["--plan", join(folder, "plan.json")]);
    assert.equal(code, 4);
    assert.match(stderr, /stack sandbox-e2e-team now plans \w+, not the reviewed \w+: review/);
    assert.match(
      stderr,
      /update of image-classification-training-pipeline: spec\.transform\.image has another value than the reviewed one/,
    );
    assert.deepEqual(await engine.versions(), versions);
  });

  it("refuses a commit that no reviewed pull request brought", async () => {
    const { code, stderr } = await script("deploy", ["--reviewed"]);
    assert.equal(code, 1);
    assert.match(stderr, /^deploy: no merged pull request brought commit \w+, so nobody reviewed/);
  });

  it("applies what the merged pull request's comment shows, and changes nothing else", async () => {
    const before = await engine.versions();
    await engine.configure(KEY, `${IMAGE}:0.0.21`);
    github.pulls[head] = [
      { number: 12, merged_at: "2026-01-01T00:00:00Z", merge_commit_sha: head },
    ];
    const { code, stderr } = await script("deploy", ["--reviewed"]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(await engine.versions(), { ...before, "dogs-and-cats-model": 2 });
  });

  it("refuses where it can't tell whether the deployed commit is newer", async () => {
    const other = join(folder, "other");
    await run("git", ["init", "--quiet", other]);
    const author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    await run("git", [...author, "commit", "--quiet", "--allow-empty", "-m", "x"], { cwd: other });
    const env = { GIT_DIR: join(other, ".git") };
    const { code, stderr } = await script("deploy", ["--reviewed"], env);
    assert.equal(code, 5);
    assert.match(
      stderr,
      new RegExp(`commit ${head.slice(0, 9)}, which was deployed last, is not in`),
    );
  });

  it("names a rotated secret and what restarts for it, and never its value", async () => {
    await engine.configure("credentials.det_password", "s3cret-value", true);
    const planned = await plan();
    assert.match(
      planned.comment,
      /\*\*Secrets that change:\*\* `det_password` \(2 pipelines restart\)/,
    );
    const kept = ["comment.md", "plan.json"].map((file) =>
      readFileSync(join(folder, file), "utf8"),
    );
    assert.ok(!kept.join().includes("s3cret-value"));
    const { code } = await script("deploy", ["--fingerprint", planned.fingerprint ?? ""]);
    assert.equal(code, 0);
  });

  it("finds by night what somebody changed by hand, and keeps one issue about it", async () => {
    const quiet = await script("drift", ["--issue"]);
    assert.equal(quiet.code, 0, quiet.stdout + quiet.stderr);
    await engine.changeImageBehindItsBack("dogs-and-cats-model", "by-hand:1");
    const drifted = await script("drift", ["--issue"]);
    assert.equal(drifted.code, 6, drifted.stderr);
    assert.match(
      drifted.stdout,
      /changed: image-classification-training-pipeline\n.*\n.*\+ spec\.transform\.image: "by-hand:1"/,
    );
    assert.deepEqual(
      github.issues.map(({ title, state }) => [title, state]),
      [[`Drift: 1 resource of ${STACK} changed outside of Pulumi`, "open"]],
    );
    const { comment: shown } = await plan();
    assert.match(shown, /### `sandbox-e2e-team`: no change\n\n<details>.*Drift found.*\(1\)/);
    assert.ok(shown.includes('+ spec.transform.image: "by-hand:1"'));
    // looking changes nothing: the next up still sets what the program says
    await engine.pulumi(["up", "--yes", "--refresh"]);
    assert.equal((await script("drift", ["--issue"])).code, 0);
    assert.deepEqual(
      github.issues.map(({ state }) => state),
      ["closed"],
    );
  });

  it("leaves nothing when it goes", async () => {
    await engine.destroy();
    assert.ok(isEmpty(await engine.inventory()));
  });
});
