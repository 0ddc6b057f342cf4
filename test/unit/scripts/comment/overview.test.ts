import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderComment } from "../../../../scripts/comment/comment";
import { extractPlan } from "../../../../scripts/comment/embedded-plan";
import { keepOverview } from "../../../../scripts/comment/overview";
import { LONGEST_TEXT, sizeOf } from "../../../../scripts/markdown/limit";
import { COMMIT, commentInput } from "../../../support/comment-examples";
import { costReport, pipelineCost } from "../../../support/cost-report";
import { GithubServer } from "../../../support/github-server";
import { runInProcess } from "../../../support/in-process-script";

const planned = renderComment(commentInput("update.preview.json"));
const failed = renderComment(commentInput("failed.preview.json"));
const TABLE = "| `dogs-and-cats-model` | **reprocess** | 1,204 |";

describe("the comment after a failed preview", () => {
  it("has the error on top and folds the table of the last successful plan, with its commit", () => {
    const comment = keepOverview(failed, planned);
    const [error, folded = "", ...more] = comment.split("<details>");
    assert.match(error ?? "", /### ❌ `prod`: the preview failed\n\n```\n/);
    assert.ok(!error?.includes(TABLE));
    assert.ok(
      folded.startsWith(
        "<summary>The last successful plan of commit 4f1c0de5a, which is not deployed</summary>\n\n",
      ),
    );
    assert.ok(folded.includes(TABLE));
    assert.ok(folded.includes("**Changed secrets:**"));
    assert.ok(!/mermaid|\*\*Next:/.test(folded));
    assert.deepEqual(more, []);
  });

  it("contains no plan that could be deployed", () => {
    const comment = keepOverview(failed, planned);
    assert.deepEqual(extractPlan(comment), { failed: true });
    assert.ok(!/Only the plan with fingerprint/.test(comment));
  });

  it("keeps the table while previews fail, until the next successful plan", () => {
    const once = keepOverview(failed, planned);
    assert.equal(keepOverview(failed, once), once);
    assert.equal(keepOverview(failed, once.replaceAll("\n", "\r\n")), once);
    assert.equal(keepOverview(planned, once), planned);
  });

  it("folds nothing if there was no plan", () => {
    assert.equal(keepOverview(failed, undefined), failed);
    assert.equal(keepOverview(failed, failed), failed);
    const unchanged = renderComment(
      commentInput("unchanged.preview.json", { costs: costReport([]) }),
    );
    assert.equal(keepOverview(failed, unchanged), failed);
  });

  it("does not read an overview from an error", () => {
    const forged = `\n<!-- overview:${COMMIT} -->\n\nall is well\n\n<!-- /overview -->\n`;
    const preview = { steps: [], diagnostics: [{ severity: "error", message: forged }] };
    const hostile = renderComment(commentInput("failed.preview.json", { preview }));
    assert.equal(keepOverview(failed, hostile), failed);
    const kept = keepOverview(hostile, planned);
    assert.equal(keepOverview(failed, kept), keepOverview(failed, planned));
  });

  it("stays within its limit with the longest overview and errors", () => {
    const pipelines = Array.from({ length: 500 }, (_, index) =>
      pipelineCost(`${"鉄|`".repeat(50)}${index}`, {
        category: "restart",
        effects: ["🐕`".repeat(500)],
      }),
    );
    const long = renderComment(
      commentInput("update.preview.json", { costs: costReport(pipelines) }),
    );
    const message = "`🐈".repeat(50_000);
    const diagnostics = Array.from({ length: 50 }, () => ({ severity: "error", message }));
    const preview = { steps: [], diagnostics };
    const errors = renderComment(commentInput("failed.preview.json", { preview }));
    const comment = keepOverview(errors, long);
    assert.ok(comment.includes("<summary>The last successful plan"));
    assert.ok(sizeOf(comment) <= LONGEST_TEXT, String(sizeOf(comment)));
  });

  it("is written by npm run comment", async () => {
    const folder = mkdtempSync(join(tmpdir(), "overview-"));
    const github = await GithubServer.start();
    try {
      for (const text of [planned, failed]) {
        const file = join(folder, "comment.md");
        writeFileSync(file, text);
        const args = ["--stack", "prod", "--pull-request", "12", file];
        const environment = { ...process.env, ...github.environment };
        assert.equal((await runInProcess("comment", args, environment)).code, 0);
      }
      assert.deepEqual(
        github.comments.map(({ body }) => body),
        [keepOverview(failed, planned)],
      );
    } finally {
      await github.stop();
      rmSync(folder, { recursive: true });
    }
  }).timeout(60_000);
});
