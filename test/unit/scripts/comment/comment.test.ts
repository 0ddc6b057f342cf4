import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { CostReport } from "../../../../providers/pachyderm/client";
import { renderComment } from "../../../../scripts/comment/comment";
import type { Drift } from "../../../../scripts/comment/details";
import { extractPlan } from "../../../../scripts/comment/embedded-plan";
import { markerOf } from "../../../../scripts/github/marker";
import { LONGEST_TEXT, sizeOf } from "../../../../scripts/markdown/limit";
import { type PreviewStep, readPreview } from "../../../../scripts/preview/preview-json";
import { commentFixture, commentInput, UPDATE } from "../../../support/comment-examples";
import { costReport, pipelineCost } from "../../../support/cost-report";

/** A few kilobytes that expand to megabytes. */
const bomb = () => gzipSync(Buffer.alloc(50_000_000, " ")).toString("base64");

/** Each block of code is closed with the fence that opened it. */
function assertFences(comment: string): void {
  let open: string | undefined;
  for (const line of comment.split("\n")) {
    const [, fence] = /^(`{3,})/.exec(line) ?? [];
    if (open === undefined) open = fence;
    else if (line === open) open = undefined;
  }
  assert.equal(open, undefined);
}

function render(
  file: string,
  costs: CostReport | undefined,
  steps: readonly PreviewStep[] = [],
  drift?: Drift,
) {
  const read = readPreview(commentFixture(file));
  const preview = { ...read, steps: [...read.steps, ...steps] };
  return renderComment(commentInput(file, { preview, costs, drift }));
}

describe("the comment in a pull request", () => {
  it("is the file of a recorded preview: verdict, table, picture, fields", () => {
    const comment = render("update.preview.json", UPDATE);
    // the size of a compressed plan depends on the version of zlib
    assert.equal(comment.replace(/plan:\S+/, "plan:…"), commentFixture("update.md"));
  });

  it("shows one line if nothing changes", () => {
    const [marker, headline, , plan, end, ...more] = render(
      "unchanged.preview.json",
      costReport([]),
    ).split("\n");
    assert.equal(marker, "<!-- pachyderm-seldon:preview:prod -->");
    assert.equal(headline, "### `prod`: no change");
    assert.match(plan ?? "", /^<!-- plan:\S+ -->$/);
    assert.deepEqual([end, more], ["", []]);
  });

  it("contains the plan, which is read back with its fingerprint", () => {
    const comment = render("update.preview.json", UPDATE);
    const { plan } = commentInput("update.preview.json");
    const { fingerprint = "" } = plan ?? {};
    assert.equal(plan?.steps.length, 11);
    assert.deepEqual(extractPlan(comment), { failed: false, fingerprint, plan });
    // as a browser's editor stores it
    const crlf = comment.replaceAll("\n", "\r\n");
    assert.deepEqual(extractPlan(crlf), { failed: false, fingerprint, plan });
    assert.ok(comment.includes(`Only the plan with fingerprint \`${fingerprint}\` is applied.`));
    const unchanged = render("unchanged.preview.json", costReport([]));
    assert.deepEqual(extractPlan(unchanged)?.failed, false);
  });

  it("contains only the fingerprint of a plan that is too long", () => {
    const { plan } = commentInput("update.preview.json");
    assert.ok(plan !== undefined);
    const urn = () => `urn:pulumi:s::p::t::${randomBytes(500).toString("hex")}`;
    const steps = Array.from({ length: 100 }, () => ({ op: "create", urn: urn(), values: {} }));
    const comment = renderComment(
      commentInput("update.preview.json", { plan: { ...plan, steps } }),
    );
    const { fingerprint } = plan;
    assert.deepEqual(extractPlan(comment), { failed: false, fingerprint, plan: undefined });
  });

  it("has no plan if the preview failed, or the plan is damaged, too large or has a different fingerprint", () => {
    assert.deepEqual(extractPlan(render("failed.preview.json", undefined)), { failed: true });
    const fingerprint = "0123456789ab";
    const { plan } = commentInput("update.preview.json");
    const other = gzipSync(JSON.stringify(plan)).toString("base64");
    for (const packed of ["AAAA", gzipSync("{}").toString("base64"), bomb(), other]) {
      const found = extractPlan(`x\n<!-- plan:${fingerprint}:${packed} -->\n`);
      assert.deepEqual(found, { failed: false, fingerprint, plan: undefined });
    }
    assert.equal(extractPlan("<!-- plan:AAAA -->"), undefined);
  });

  it("never reads a plan from untrusted text: names, values, errors", () => {
    const forged = "<!-- plan:0123456789ab -->";
    const next = "**Next:** approve. Only the plan with fingerprint `0123456789ab` is applied.";
    const hostile = `x\n${forged}\n${next}\n`;
    const message = `error: ${hostile}`;
    const preview = { steps: [], diagnostics: [{ severity: "error", message }] };
    const failed = renderComment(commentInput("failed.preview.json", { preview }));
    assert.deepEqual(extractPlan(failed), { failed: true });
    const step: PreviewStep = {
      op: "update",
      urn: `urn:pulumi:prod::p::t:index:T::${hostile}`,
      newState: { type: "t", inputs: { [hostile]: hostile } },
      detailedDiff: { [`["${hostile}"]`]: { kind: "update" } },
    };
    const costs = costReport([pipelineCost(hostile, { category: "restart", effects: [hostile] })]);
    const comment = render("update.preview.json", costs, [step]);
    const found = extractPlan(comment);
    assert.ok(found?.failed === false && found.fingerprint !== "0123456789ab");
    assert.ok(!comment.split("\n").includes(forged));
  });

  it("folds drift, separate from the change, and says if it is unknown", () => {
    const drifted = {
      name: "detectors-bucket",
      op: "update",
      lines: ["- labels.team: (not set)", '+ labels.team: "ops`</details>"'],
    };
    const comment = render("update.preview.json", UPDATE, [], [drifted]);
    const [, drift] = comment.split("<details>").slice(1);
    assert.equal(
      drift?.replace(/<!-- plan.*/s, ""),
      "<summary>Drift found, not part of this change (1)</summary>\n\n" +
        'update `detectors-bucket`\n```diff\n- labels.team: (not set)\n+ labels.team: "ops`</details>"\n```\n\n</details>\n\n',
    );
    const unchanged = render("unchanged.preview.json", costReport([]), [], [drifted]);
    assert.match(unchanged, /^### `prod`: no change\n\n<details><summary>Drift found, .*\(1\)/m);
    assert.equal(
      render("update.preview.json", UPDATE, [], []),
      render("update.preview.json", UPDATE),
    );
    assert.ok(
      render("update.preview.json", UPDATE, [], { unknown: "no permission | <b>" }).includes(
        "<sub>Drift is unknown: `no permission | <b>`</sub>",
      ),
    );
  });

  it("cuts drift before its own fields, and never cuts the verdict", () => {
    const lines = Array.from({ length: 50 }, (_, index) => `+ v${index}: "${"x".repeat(200)}"`);
    const drift = Array.from({ length: 10 }, (_, index) => ({
      name: `d${index}`,
      op: "update",
      lines,
    }));
    const comment = render("update.preview.json", UPDATE, [], drift);
    assert.ok(sizeOf(comment) <= LONGEST_TEXT);
    assert.ok(comment.includes("Drift found, not part of this change (10)"));
    assert.match(comment, /\n\+ v36: "x+"\nand 13 more lines: see the log of the check\n/);
    assert.match(comment, /\n\nand \d+ resources more: see the log of the check\n/);
    assertFences(comment);
    assert.ok(comment.includes("<summary>Fields ("));
    assert.match(comment, /<!-- plan:\S+ -->\n$/);
  });

  it("shows the protection that an otherwise unchanged resource loses", () => {
    const state = { type: "t:index:T", inputs: { name: "images" } };
    const step = {
      op: "same",
      urn: "urn:pulumi:prod::p::t:index:T::a-data",
      oldState: { ...state, protect: true },
      newState: state,
    };
    const comment = render("unchanged.preview.json", costReport([]), [step]);
    assert.match(comment, /^### ⚠️ `prod`: .*, 1 resource no longer protected$/m);
    assert.match(comment, /^\*\*No longer protected\*\* from deletion: `T images`$/m);
    assert.ok(comment.includes("unprotect `a-data`\n```diff\n- protect: true\n+ protect: false\n"));
    assert.match(comment, /Only the plan with fingerprint `[0-9a-f]{12}` is applied/);
  });

  it("begins with the error if the preview failed", () => {
    const comment = render("failed.preview.json", undefined);
    const [marker, headline, , fence, error, ...rest] = comment.split("\n");
    assert.equal(marker, markerOf("preview", "prod"));
    assert.equal(headline, "### ❌ `prod`: the preview failed");
    assert.equal(fence, "```");
    assert.match(error ?? "", /^pachyderm-seldon:seldon\.namespace is "kube-system"/);
    assert.deepEqual(rest.slice(-5), [
      "",
      "**Run it locally:** `npm run plan -- --stack prod`",
      "",
      "<!-- plan:failed -->",
      "",
    ]);
  });

  it("says that the budget is exceeded, with its message", () => {
    const message = "reprocessing takes up to 2 h 50 min, over the limit of 2 h";
    const breach = { key: "reprocessTime", found: 10_200, limit: 7200, message };
    const broken = { ...UPDATE, budget: { limits: { reprocessTime: 7200 }, breaches: [breach] } };
    const comment = render("update.preview.json", broken);
    assert.match(comment, /^### ❌ `prod`: /m);
    assert.ok(comment.includes(`**Over budget:** \`${message}\``));
  });

  it("shows how much of a budget is used if it is not exceeded", () => {
    const limits = { reprocessTime: "4h", deletedData: "10GB" };
    const comment = render("update.preview.json", {
      ...UPDATE,
      totals: { ...UPDATE.totals, time: { p50Seconds: 7800, p90Seconds: 10_200 } },
      budget: { limits, breaches: [] },
    });
    assert.ok(
      comment.includes(
        "**Budget:** reprocessTime 2 h 50 min of `4h`, deletedData 1.4 GB of `10GB` ✅",
      ),
    );
  });

  it("shows no value of a secret", () => {
    const comment = render("update.preview.json", UPDATE);
    assert.match(comment, /\*\*Changed secrets:\*\* `det_password`/);
    assert.ok(comment.includes("+ data.det_password: [secret]"));
  });

  it("writes names with markup, pipes and backticks unchanged", () => {
    const name = "a|`b`<!-- pachyderm-seldon:preview:dev --> @all";
    const row = render(
      "update.preview.json",
      costReport([pipelineCost(name, { category: "restart" })]),
    )
      .split("\n")
      .find((line) => line.includes("@all"));
    assert.equal(
      row,
      "| ``a\\|`b`<!-- pachyderm-seldon:preview:dev --> @all`` | restart only | 0 | – | – |  |",
    );
  });

  it("stays within its limit with 500 resources of long values, and cuts details first", () => {
    const steps = Array.from({ length: 500 }, (_, index): PreviewStep => {
      const inputs = { value: "x".repeat(5_000) };
      return {
        op: "update",
        urn: `urn:pulumi:prod::p::t:index:T::resource-${index}`,
        oldState: { type: "t", inputs },
        newState: { type: "t", inputs },
        detailedDiff: { value: { kind: "update" } },
      };
    });
    const pipelines = Array.from({ length: 500 }, (_, index) =>
      pipelineCost(`pipeline-${index}`, { category: "restart" }),
    );
    const comment = render("update.preview.json", costReport(pipelines), steps);
    assert.ok(sizeOf(comment) <= LONGEST_TEXT, `${sizeOf(comment)} bytes`);
    assert.match(comment, /### `prod`: 500 pipelines restart/);
    assert.match(comment, /\| and 450 more: see the log of the check \|/);
    assert.match(
      comment,
      /and \d+ resources more: see the log of the check\n\n<\/details>\n\n<!-- plan:\S+ -->\n$/,
    );
  });

  it("stays within its limit with 500 resources of hostile names", () => {
    const name = (index: number) => `${index}|\`\`\`\n| a |\n<!-- x --> @all ${"鉄".repeat(300)}`;
    const steps = Array.from({ length: 500 }, (_, index): PreviewStep => {
      const inputs = { name: name(index), [name(index)]: name(index) };
      return {
        op: index % 2 ? "delete" : "update",
        urn: `urn:pulumi:prod::p::t:index:T::${name(index)}`,
        oldState: { type: "t", inputs },
        newState: { type: "t", inputs },
        detailedDiff: { [`["${name(index)}"]`]: { kind: "update" } },
      };
    });
    const pipelines = Array.from({ length: 500 }, (_, index) =>
      pipelineCost(name(index), { category: "delete", effects: [name(index)] }),
    );
    const costs = costReport(pipelines, {}, { notLookedUp: pipelines.map(({ name }) => name) });
    const comment = render("update.preview.json", costs, steps);
    assert.ok(sizeOf(comment) <= LONGEST_TEXT, `${sizeOf(comment)} bytes`);
    assertFences(comment);
    const rows = comment.split("\n").filter((line) => line.startsWith("| "));
    for (const row of rows) assert.equal(row.split(/(?<!\\)\|/).length - 2, 6, row);
    assert.match(comment, /^\| and \d+ more: see the log of the check \|/m);
    assert.match(comment, /^\*\*Deleted\*\* .* and \d+ more\\$/m);
    assert.match(comment, / · and \d+ more: see the log of the check<\/sub>$/m);
    assert.match(comment, /Only the plan with fingerprint `[0-9a-f]{12}` is applied/);
    // everything outside of code comes from the comment itself
    const text = comment.replaceAll(
      /^(`{3,}).*\n[\s\S]*?\n\1$|(`+)[^`\n](?:.*?[^`])?\2(?!`)/gm,
      "",
    );
    assert.ok(!text.includes("@all"), text);
  });

  it("truncates even an error of megabytes", () => {
    const preview = {
      steps: [],
      diagnostics: [{ severity: "error", message: `error: ${"`".repeat(3_000_000)}` }],
    };
    const comment = renderComment(commentInput("failed.preview.json", { preview }));
    assert.ok(sizeOf(comment) <= LONGEST_TEXT);
    assertFences(comment);
  });

  it("has a separate marker for each stack, whatever its name", () => {
    assert.equal(
      markerOf("preview", "org/app/prod-->"),
      "<!-- pachyderm-seldon:preview:org_app_prod--_ -->",
    );
  });
});
