import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../../command-line/processes/run";
import { repository } from "../../../../command-line/repository";
import { checkRunOf, readCheckRun } from "../../../../scripts/comment/check-run";
import type { CommentInput } from "../../../../scripts/comment/comment";
import { type CheckRun, upsertCheckRun } from "../../../../scripts/github/check-runs";
import { markerOf } from "../../../../scripts/github/marker";
import { costReport, pipelineCost } from "../../../support/cost-report";
import { GithubServer } from "../../../support/github-server";
import { runInProcess } from "../../../support/in-process-script";

const COMMIT = "c".repeat(40);
const MARKER = markerOf("preview", "prod");
const REPROCESS = costReport([pipelineCost("a", { category: "reprocess" })]);
const step = {
  op: "update",
  urn: "urn:pulumi:prod::p::pachyderm:index:Pipeline::a",
  newState: { type: "pachyderm:index:Pipeline", inputs: {} },
};

function checkOf(more: Partial<CommentInput> = {}): CheckRun {
  const preview = { steps: [step], diagnostics: [] };
  return checkRunOf({ stack: "prod", preview, costs: REPROCESS, plan: undefined, ...more });
}

describe("the check run of a preview", () => {
  it("is neutral if a change needs attention, with the comment's text without picture and fields", () => {
    const { conclusion, title, summary } = checkOf();
    assert.equal(conclusion, "neutral");
    assert.equal(title, "prod: 1 pipeline reprocesses");
    assert.match(summary, /^\| pipeline \| change \|/);
    assert.ok(!/mermaid|<details>|<!--/.test(summary));
  });

  it("is a success if nothing needs attention, even without any change", () => {
    const restart = costReport([pipelineCost("a", { category: "restart" })]);
    assert.equal(checkOf({ costs: restart }).conclusion, "success");
    const preview = { steps: [], diagnostics: [] };
    assert.deepEqual(checkOf({ costs: costReport([]), preview }), {
      conclusion: "success",
      title: "prod: no change",
      summary: "prod: no change",
    });
  });

  it("is neutral if a resource loses its protection, and names it", () => {
    const state = { type: "pachyderm:index:Repo", inputs: { name: "images" } };
    const unprotected = {
      op: "same",
      urn: "urn:pulumi:prod::p::pachyderm:index:Repo::a-data",
      oldState: { ...state, protect: true, retainOnDelete: true },
      newState: { ...state, protect: false },
    };
    const preview = { steps: [unprotected], diagnostics: [] };
    const { conclusion, title, summary } = checkOf({ costs: costReport([]), preview });
    assert.equal(conclusion, "neutral");
    assert.equal(
      title,
      "prod: 1 resource changed, no pipeline affected, 1 resource no longer protected",
    );
    assert.match(summary, /\*\*No longer protected\*\* from deletion: `Repo images`/);
    assert.match(summary, /\*\*No longer kept\*\* when removed from the stack: `Repo images`/);
    const back = { ...unprotected, oldState: unprotected.newState, newState: unprotected.oldState };
    const protects = checkOf({ costs: costReport([]), preview: { ...preview, steps: [back] } });
    assert.equal(protects.conclusion, "success");
    assert.equal(protects.title, "prod: 1 resource changed, no pipeline affected");
  });

  it("is a failure over the budget, or if the preview fails", () => {
    const message = "2 jobs are killed, which exceeds budget.killedJobs (0)";
    const breach = { key: "killedJobs", found: 2, limit: 0, message };
    const over = checkOf({ costs: { ...REPROCESS, budget: { limits: {}, breaches: [breach] } } });
    assert.equal(over.conclusion, "failure");
    assert.ok(over.summary.includes(`**Over budget:** \`${message}\``));
    const diagnostics = [{ severity: "error", message: "no namespace" }];
    const failed = checkOf({ costs: undefined, preview: { steps: [], diagnostics } });
    assert.deepEqual(failed, {
      conclusion: "failure",
      title: "prod: the preview failed",
      summary: "```\nno namespace\n```",
    });
  });

  it("is not longer than GitHub allows, even for a stack of 500 pipelines", () => {
    const costs = costReport(
      Array.from({ length: 500 }, (_, index) =>
        pipelineCost(`${"鉄|`".repeat(60)}${index}`, {
          category: "reprocess",
          effects: ["e".repeat(3_000), "🐕".repeat(3_000)],
        }),
      ),
      {},
      { notLookedUp: Array.from({ length: 500 }, (_, index) => `${index}${"🐈".repeat(500)}`) },
    );
    const { summary } = checkOf({ costs });
    // GitHub counts bytes
    assert.ok(Buffer.byteLength(summary) <= 65_535);
    assert.match(summary, /\n\| and \d+ more: see the log of the check \|/);
    assert.match(summary, / · and \d+ more: see the log of the check<\/sub>/);
  });

  it("is read back from its file, and refused in any other format", () => {
    const check = checkOf();
    assert.deepEqual(readCheckRun(JSON.stringify(check), "check.json"), check);
    assert.throws(() => readCheckRun("{", "check.json"), {
      message: "check.json is not a check run: it is not valid JSON",
    });
    for (const other of [null, [], {}, { ...check, conclusion: "skipped" }]) {
      assert.throws(() => readCheckRun(JSON.stringify(other), "check.json"), {
        message: "check.json was not written by this version of `npm run plan`",
      });
    }
  });
});

describe("a check run on GitHub", () => {
  let github: GithubServer;
  const target = { commit: COMMIT, stack: "prod", marker: MARKER };
  const repo = () => ({
    api: github.address,
    repository: "acme/ml",
    token: "t0ken",
    author: "github-actions[bot]",
  });

  beforeEach(async () => {
    github = await GithubServer.start();
  });
  afterEach(() => github.stop());

  it("is created once for each commit and stack, and then edited in place", async () => {
    await upsertCheckRun(repo(), target, checkOf());
    const success = { conclusion: "success", title: "t", summary: "s" } as const;
    await upsertCheckRun(repo(), target, success);
    assert.deepEqual(github.checkRuns, [
      {
        id: 5000,
        head_sha: COMMIT,
        name: "plan of prod",
        external_id: MARKER,
        status: "completed",
        conclusion: "success",
        output: { title: "t", summary: "s" },
      },
    ]);
    await upsertCheckRun(repo(), { ...target, commit: "d".repeat(40) }, success);
    await upsertCheckRun(repo(), { ...target, marker: markerOf("preview", "dev") }, success);
    assert.equal(github.checkRuns.length, 3);
  });

  it("is found even if other checks fill the first pages", async () => {
    await upsertCheckRun(repo(), { ...target, marker: "other" }, checkOf());
    const [other] = github.checkRuns;
    assert.ok(other);
    for (let index = 1; index < 150; index += 1) {
      github.checkRuns.push({ ...other, id: other.id + index, external_id: `other ${index}` });
    }
    const address = await upsertCheckRun(repo(), target, checkOf());
    assert.equal(await upsertCheckRun(repo(), target, checkOf()), address);
    assert.equal(github.checkRuns.length, 151);
  }).timeout(20_000);

  describe("by npm run comment", function () {
    this.timeout(60_000);
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "check-run-"));
      writeFileSync(join(folder, "comment.md"), `${MARKER}\nlooks good\n`);
      writeFileSync(join(folder, "check.json"), JSON.stringify(checkOf()));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const environment = () => ({ ...process.env, ...github.environment });
    const argumentsOf = (...args: string[]) =>
      ["--stack", "prod", ...args].map((arg) =>
        /^\w+\.(md|json)$/.test(arg) ? join(folder, arg) : arg,
      );
    const comment = (...args: string[]) =>
      runInProcess("comment", argumentsOf(...args, "comment.md"), environment());

    it("is created together with the comment", async () => {
      const args = ["--pull-request", "12", "--check", "check.json", "--commit", COMMIT];
      const { code, stdout, stderr } = await run(
        process.execPath,
        ["--require", "tsx/cjs", "scripts/comment.ts", ...argumentsOf(...args, "comment.md")],
        { cwd: repository, env: environment(), allowFailure: true },
      );
      assert.equal(code, 0, stderr);
      assert.equal(stdout, "#1000\n#check-5000\n");
      assert.equal(github.checkRuns[0]?.conclusion, "neutral");
    });

    it("replaces an earlier plan if a job failed before it planned", async () => {
      github.add("github-actions[bot]", `${MARKER}\n### \`prod\`: 1 pipeline changes\n`);
      const args = argumentsOf("--pull-request", "12", "--failed", "--commit", COMMIT);
      const { code, stderr } = await runInProcess("comment", args, environment());
      assert.equal(code, 0, stderr);
      assert.equal(github.comments.length, 1);
      assert.match(
        github.comments[0]?.body ?? "",
        /^<!-- .* -->\n### ❌ `prod`: the preview failed\n\n```\nthe job failed before the preview started: .*\n```\n[\s\S]*<!-- plan:failed -->\n$/,
      );
      const [check] = github.checkRuns;
      assert.deepEqual([check?.head_sha, check?.conclusion], [COMMIT, "failure"]);
      // a file and --failed exclude each other
      assert.equal((await comment("--pull-request", "12", "--failed", "--commit", COMMIT)).code, 1);
    });

    it("requires the commit, and a valid number of a pull request", async () => {
      const without = await comment("--pull-request", "12", "--check", "check.json");
      assert.match(
        without.stderr,
        /^comment: --commit is required; expected the full hash of a commit/,
      );
      const short = ["--check", "check.json", "--commit", "abc"];
      assert.match(
        (await comment("--pull-request", "12", ...short)).stderr,
        /^comment: --commit: "abc" is not valid; expected the full hash of a commit \(40 hex digits\)/,
      );
      assert.match(
        (await comment("--pull-request", "12.5")).stderr,
        /^comment: --pull-request: "12\.5" is not valid; expected the number of a pull request/,
      );
      assert.deepEqual([...github.comments, ...github.checkRuns], []);
    });
  });
});
