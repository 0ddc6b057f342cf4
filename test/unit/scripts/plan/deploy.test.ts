import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../../../sandbox/paths";
import { type RunResult, run } from "../../../../sandbox/runtime/run";
import { embedPlan } from "../../../../scripts/comment/embedded-plan";
import { markerOf } from "../../../../scripts/comment/marker";
import { planOf } from "../../../../scripts/plan/plan";
import { openReview, type Refusal, refuseUnreviewed } from "../../../../scripts/plan/review";
import type { PreviewStep } from "../../../../scripts/preview/preview-json";
import { FakePulumi } from "../../../support/fake-pulumi";
import { GithubServer } from "../../../support/github-server";

const STACK = "prod-of-a-test";

/** An update of a pipeline's image, as a preview has it. */
function update(name: string, image: string): PreviewStep {
  return {
    op: "update",
    urn: `urn:pulumi:${STACK}::p::pachyderm:index:Pipeline::${name}`,
    newState: { type: "pachyderm:index:Pipeline", inputs: { image } },
    detailedDiff: { image: { kind: "update" } },
  };
}

const planned = (...steps: PreviewStep[]) =>
  planOf({ steps, diagnostics: [] }, { stack: STACK, key: STACK, ciphertexts: {} });

/** The script with a history of commits, a CLI and a GitHub that answer from the test. */
describe("deploying what was reviewed", function () {
  this.timeout(20_000);
  let github: GithubServer;
  let pulumi: FakePulumi;
  let folder: string;
  let deployed: string;
  let first: string;
  let second: string;

  beforeEach(async () => {
    github = await GithubServer.start();
    pulumi = new FakePulumi();
    folder = mkdtempSync(join(tmpdir(), "deploy-"));
    await git("init", "--quiet");
    [deployed, first, second] = [await commit(), await commit(), await commit()];
    lastDeployed(deployed);
    pulumi.answer("up", "done");
    merged(11, first);
    merged(12, second);
  });
  afterEach(async () => {
    await github.stop();
    pulumi.remove();
    rmSync(folder, { recursive: true });
  });

  async function git(...args: string[]): Promise<string> {
    const author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    return (await run("git", [...author, ...args], { cwd: folder })).stdout.trim();
  }

  async function commit(): Promise<string> {
    await git("commit", "--quiet", "--allow-empty", "-m", "x");
    return await git("rev-parse", "HEAD");
  }

  function lastDeployed(sha: string): void {
    pulumi.answer("stack history", [
      { kind: "update", result: "succeeded", environment: { "git.head": sha } },
    ]);
  }

  function environment(): NodeJS.ProcessEnv {
    return { ...pulumi.environment(), ...github.environment, GIT_DIR: join(folder, ".git") };
  }

  function merged(number: number, sha: string): void {
    github.pulls[sha] = [{ number, merged_at: "2026-01-01T00:00:00Z", merge_commit_sha: sha }];
  }

  /** The comment of a pull request, which shows these steps. */
  function review(number: number, ...steps: PreviewStep[]): void {
    const text = `${markerOf("preview", STACK)}\n${embedPlan(planned(...steps))}`;
    github.add("github-actions[bot]", text, number);
  }

  async function script(name: "deploy" | "plan", ...args: string[]): Promise<RunResult> {
    const program = ["--import", "tsx", `scripts/${name}.ts`, "--stack", STACK, ...args];
    const options = { cwd: repository, env: environment(), allowFailure: true };
    return await run(process.execPath, program, options);
  }

  const isApplied = () => pulumi.calls().some((call) => call.startsWith("up "));

  it("applies what two pull requests show that were merged one after the other", async () => {
    review(11, update("a", "1"));
    review(12, update("b", "2"));
    pulumi.answer("preview", { steps: [update("a", "1"), update("b", "2")] });
    const { code, stderr } = await script("deploy", "--reviewed");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.ok(isApplied());
  });

  it("applies nothing where a plan is not the reviewed one", async () => {
    review(12, update("b", "2"));
    pulumi.answer("preview", { steps: [update("b", "3")] });
    for (const name of ["deploy", "plan"] as const) {
      const { code, stderr } = await script(name, "--reviewed");
      assert.equal(code, 4);
      assert.match(stderr, /^stack prod-of-a-test now plans \w{12}, not the reviewed \w{12}: /);
    }
    assert.equal(isApplied(), false);
  });

  describe("the review", () => {
    const before = { ...process.env };
    beforeEach(() => Object.assign(process.env, environment()));
    afterEach(() => {
      for (const name of Object.keys(environment())) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    });

    async function refusalOf(...steps: PreviewStep[]): Promise<Refusal | undefined> {
      const opened = await openReview(STACK, { reviewed: true });
      return "code" in opened ? opened : await refuseUnreviewed(planned(...steps), opened);
    }

    it("asks GitHub about earlier pull requests only if the newest does not have all", async () => {
      review(12, update("b", "2"));
      assert.equal(await refusalOf(update("b", "2")), undefined);
      assert.deepEqual(
        github.requests.filter((request) => request.includes("/pulls")),
        [`GET /repos/acme/ml/commits/${second}/pulls`],
      );
    });

    it("refuses what none of several shows, names it, and says what to do", async () => {
      review(11, update("a", "1"));
      review(12, update("b", "2"));
      const steps = [update("a", "3"), update("b", "2"), update("c", "1")];
      assert.deepEqual(await refusalOf(...steps), {
        code: 4,
        lines: [
          `stack ${STACK} now plans ${planned(...steps).fingerprint}, not what pull requests 12, 11 show, which were merged since the last deployment: review the new plan (npm run plan), then deploy that one`,
          "  update of a: image has another value than the reviewed one",
          "  update of c is planned and was not reviewed",
        ],
      });
    });

    it("does not count what is older than the last deployment", async () => {
      review(11, update("a", "1"));
      review(12, update("b", "2"));
      lastDeployed(first);
      const refusal = await refusalOf(update("a", "1"), update("b", "2"));
      assert.deepEqual(refusal?.lines.slice(1), ["  update of a is planned and was not reviewed"]);
    });

    it("says whose plan is not known where a comment has only a part of it", async () => {
      const part = "**Next:** merge. Only fingerprint `0123456789ab` is applied.";
      github.add("github-actions[bot]", `${markerOf("preview", STACK)}\n${part}`, 11);
      review(12, update("b", "2"));
      const refusal = await refusalOf(update("a", "1"), update("b", "2"));
      assert.match(refusal?.lines.at(-1) ?? "", /pull request 11 has only a part of its plan/);
    });

    it("refuses a commit that is older than the deployed one", async () => {
      await git("checkout", "--quiet", first);
      lastDeployed(second);
      const refusal = await refusalOf();
      assert.equal(refusal?.code, 5);
      assert.match(
        refusal?.lines[0] ?? "",
        /^commit \w{9} is older than \w{9}, which was deployed/,
      );
    });
  });
});
