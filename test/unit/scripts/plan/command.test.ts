import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../../command-line/processes/run";
import { repository } from "../../../../command-line/repository";
import { planReport } from "../../../../scripts/plan/report";
import { commentInput } from "../../../support/comment-examples";
import { FakePulumi } from "../../../support/fake-pulumi";
import { runInProcess } from "../../../support/in-process-script";

describe("npm run plan", () => {
  it("writes a comment and a check even if the preview cannot start", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plan-"));
    const pulumi = new FakePulumi();
    try {
      pulumi.fail("preview", "no stack named 'prod' found");
      pulumi.fail("refresh", "no stack named 'prod' found");
      const args = ["--stack", "prod", "--out", folder, "--pull-request", "12"];
      const { code, stdout, stderr } = await run(
        process.execPath,
        ["--require", "tsx/cjs", "scripts/plan.ts", ...args],
        {
          cwd: repository,
          env: { ...process.env, ...pulumi.environment() },
          allowFailure: true,
        },
      );
      assert.equal(code, 1);
      assert.equal(stdout, "prod: the preview failed\n");
      assert.equal(stderr, "plan: no stack named 'prod' found\n");
      assert.deepEqual(readdirSync(folder).sort(), ["check.json", "comment.md"]);
      assert.match(
        readFileSync(join(folder, "comment.md"), "utf8"),
        /^<!-- .* -->\n### ❌ `prod`: the preview failed\n\n```\nno stack named 'prod' found\n```\n[\s\S]*<!-- plan:failed -->\n$/,
      );
      assert.match(readFileSync(join(folder, "check.json"), "utf8"), /"conclusion": "failure"/);
    } finally {
      pulumi.remove();
      rmSync(folder, { recursive: true });
    }
  }).timeout(30_000);

  it("requires no review and no approval if nothing changes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plan-"));
    const pulumi = new FakePulumi();
    const outputs = join(folder, "outputs");
    const plan = (...args: string[]) => {
      writeFileSync(outputs, "");
      return runInProcess("plan", ["--stack", "prod", "--out", folder, ...args], {
        ...process.env,
        ...pulumi.environment(),
        GITHUB_OUTPUT: outputs,
        GITHUB_TOKEN: "",
      });
    };
    try {
      pulumi.answer("stack history", []);
      pulumi.answer("preview", { steps: [] });
      pulumi.answer("refresh", { steps: [] });
      const { code, stderr } = await plan("--reviewed");
      assert.equal(code, 0, stderr);
      assert.match(readFileSync(outputs, "utf8"), /^fingerprint=[0-9a-f]{12}\nchanges=false\n$/);
      assert.match(
        readFileSync(join(folder, "comment.md"), "utf8"),
        /\*\*Next:\*\* nothing to do\. `prod` already matches this commit/,
      );
      // the user who passes a fingerprint expects a change
      assert.equal((await plan("--fingerprint", "0123456789ab")).code, 4);
      const bucket = "urn:pulumi:prod::ml::gcp:storage/bucket:Bucket::bucket";
      pulumi.answer("preview", {
        steps: [{ op: "create", urn: bucket, newState: { inputs: {} } }],
      });
      assert.equal((await plan("--reviewed")).code, 1);
      assert.match(readFileSync(outputs, "utf8"), /\nchanges=true\n$/);
    } finally {
      pulumi.remove();
      rmSync(folder, { recursive: true });
    }
  }).timeout(60_000);

  it("prints everything, including what a comment may cut", () => {
    const lines = Array.from({ length: 100 }, (_, index) => `+ v${index}: 1`);
    const drift = [{ name: "bucket", op: "update", lines }];
    const input = commentInput("update.preview.json", { drift });
    const report = planReport(input).split("\n");
    assert.match(report[0] ?? "", /^prod: 2 pipelines deleted, 1 pipeline reprocesses/);
    assert.ok(report.some((line) => line.startsWith("default/dogs-and-cats-model ")));
    for (const line of [
      "Changed resources:",
      "  update pipelines-secret",
      "    + data.det_password: [secret]",
      "  delete sentiment-analysis-data",
      "Drift, not part of this change:",
      "    + v99: 1",
      `fingerprint ${input.plan?.fingerprint}`,
    ]) {
      assert.ok(report.includes(line), line);
    }
  });
});
