import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { CostReport } from "../../../../providers/pachyderm/client";
import { LONGEST_COMMENT, renderComment } from "../../../../scripts/comment/comment";
import type { Drift } from "../../../../scripts/comment/details";
import { extractFingerprint, extractPlan } from "../../../../scripts/comment/embedded-plan";
import { markerOf } from "../../../../scripts/comment/marker";
import { planOf } from "../../../../scripts/plan/plan";
import { errorsOf, type PreviewStep, readPreview } from "../../../../scripts/preview/preview-json";
import { costReport, pipelineCost } from "../../../support/cost-report";

const FIXTURES = join(__dirname, "../../../fixtures/comments");
const fixture = (file: string) => readFileSync(join(FIXTURES, file), "utf8");

/** Some kilobytes that become megabytes. */
const bomb = () => gzipSync(Buffer.alloc(50_000_000, " ")).toString("base64");

/** The costs of the recorded preview, had the pipelines a history. */
const UPDATE = costReport(
  [
    pipelineCost("dogs-and-cats-model", {
      category: "reprocess",
      fields: [{ path: "spec.transform.image", category: "restart" }],
      datums: { processed: 1204, total: 1204, vanishing: 0, upTo: false },
      bytes: 38e9,
      time: { p50Seconds: 7800, p90Seconds: 10_200, jobs: 9, workers: 8 },
      killedJobs: [
        { id: "a", state: "JOB_RUNNING", seconds: 2460 },
        { id: "b", state: "JOB_CREATED", seconds: 0 },
      ],
    }),
    pipelineCost("dogs-and-cats-deploy", {
      category: "restart",
      effects: ["replaces the model that serves"],
      because: ["default/dogs-and-cats-model"],
    }),
    pipelineCost("finbert-train", { category: "delete", datums: null, bytes: null }),
    pipelineCost("finbert-deploy", {
      category: "delete",
      datums: null,
      bytes: null,
      deletedBytes: 4e8,
    }),
    pipelineCost("weekly", {
      project: "reports",
      member: false,
      category: "downstream",
      datums: { processed: 52, total: 52, vanishing: 0, upTo: true },
      bytes: 2e9,
      because: ["default/dogs-and-cats-model"],
      effects: ["egress to gs://reports runs again"],
    }),
  ],
  { killedJobs: 2, killedSeconds: 2460, deletedBytes: 1.4e9, outside: 1 },
  {
    repos: [
      {
        project: "default",
        name: "finbert-data",
        urn: "urn:pulumi:prod::pachyderm-seldon::pachyderm-seldon:index:UseCase$pachyderm:index:Repo::sentiment-analysis-data",
        deletedBytes: 1e9,
        readers: [],
        unknown: [],
      },
    ],
    notLookedUp: ["jobs of reports/weekly: no rights (403)"],
  },
);

function render(
  file: string,
  costs: CostReport | undefined,
  steps: readonly PreviewStep[] = [],
  drift?: Drift,
) {
  const read = readPreview(fixture(file));
  const preview = { ...read, steps: [...read.steps, ...steps] };
  const failed = errorsOf(preview).length > 0;
  const plan = failed ? undefined : planOf(preview, { stack: "prod", key: "k", ciphertexts: {} });
  return renderComment({ stack: "prod", preview, costs, plan, drift });
}

describe("the comment in a pull request", () => {
  it("is the file of a recorded preview: verdict, table, picture, fields", () => {
    const comment = render("update.preview.json", UPDATE);
    // how well a plan is packed depends on the version of zlib
    assert.equal(comment.replace(/plan:\S+/, "plan:…"), fixture("update.md"));
  });

  it("shows one line where nothing changes", () => {
    const [marker, headline, , plan, end, ...more] = render(
      "unchanged.preview.json",
      costReport([]),
    ).split("\n");
    assert.equal(marker, "<!-- pachyderm-seldon:preview:prod -->");
    assert.equal(headline, "### `prod`: no change");
    assert.match(plan ?? "", /^<!-- plan:\S+ -->$/);
    assert.deepEqual([end, more], ["", []]);
  });

  it("holds the plan, which is read back with its fingerprint", () => {
    const comment = render("update.preview.json", UPDATE);
    const plan = extractPlan(comment);
    assert.equal(plan?.steps.length, 11);
    assert.equal(extractFingerprint(comment), plan?.fingerprint);
    assert.equal(extractFingerprint(comment.replace(/<!-- plan.*/, "")), plan?.fingerprint);
    const unchanged = render("unchanged.preview.json", costReport([]));
    assert.equal(extractFingerprint(unchanged), extractPlan(unchanged)?.fingerprint);
  });

  it("has no plan where that is cut, damaged, huge or that of a failed preview", () => {
    assert.equal(extractPlan(render("failed.preview.json", undefined)), undefined);
    assert.equal(extractFingerprint(render("failed.preview.json", undefined)), undefined);
    for (const plan of ["AAAA", gzipSync("{}").toString("base64"), bomb()]) {
      assert.equal(extractPlan(`<!-- plan:${plan} -->`), undefined);
    }
  });

  it("folds what somebody changed by hand, apart from the change, and says if that is not known", () => {
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
      render("update.preview.json", UPDATE, [], { unknown: "no rights | <b>" }).includes(
        "<sub>Drift is not known: `no rights \\| <b>`</sub>",
      ),
    );
  });

  it("cuts drift before its own fields, and never the verdict", () => {
    const lines = [`+ value: "${"x".repeat(30_000)}"`];
    const drift = [1, 2, 3].map((number) => ({ name: `d${number}`, op: "update", lines }));
    const comment = render("update.preview.json", UPDATE, [], drift);
    assert.ok(comment.length <= LONGEST_COMMENT);
    assert.ok(comment.includes("Drift found, not part of this change (3)"));
    assert.ok(comment.includes("and 2 resources more, see the log of the check"));
    assert.ok(comment.includes("<summary>Fields ("));
    assert.match(comment, /<!-- plan:\S+ -->\n$/);
  });

  it("begins with the error where the preview fails", () => {
    const [marker, headline, , fence, error] = render("failed.preview.json", undefined).split("\n");
    assert.equal(marker, markerOf("preview", "prod"));
    assert.equal(headline, "### ❌ `prod`: the preview fails");
    assert.equal(fence, "```");
    assert.match(error ?? "", /^pachyderm-seldon:seldon\.namespace is "kube-system"/);
  });

  it("says that the budget is broken, with its message", () => {
    const message = "reprocessing takes up to 2 h 50 min, over the limit of 2 h";
    const breach = { key: "reprocessTime", found: 10_200, limit: 7200, message };
    const broken = { ...UPDATE, budget: { limits: { reprocessTime: 7200 }, breaches: [breach] } };
    const comment = render("update.preview.json", broken);
    assert.match(comment, /^### ❌ `prod`: /m);
    assert.ok(comment.includes(`**Over budget:** \`${message}\``));
  });

  it("shows what is used of a budget that is kept", () => {
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
    assert.match(comment, /\*\*Secrets that change:\*\* `det_password`/);
    assert.ok(comment.includes("+ data.det_password: [secret]"));
  });

  it("writes names with markup, pipes and backticks as they are", () => {
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

  it("stays within its length with 500 resources of long values, details cut first", () => {
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
    assert.ok(comment.length <= LONGEST_COMMENT, `${comment.length} characters`);
    assert.match(comment, /### `prod`: 500 pipelines restart/);
    assert.match(comment, /\| and 450 more \|/);
    assert.match(
      comment,
      /and \d+ resources more, see the log of the check\n\n<\/details>\n\n<!-- plan:\S+ -->\n$/,
    );
  });

  it("cuts even an error of megabytes", () => {
    const preview = {
      steps: [],
      diagnostics: [{ severity: "error", message: `error: ${"`".repeat(3_000_000)}` }],
    };
    const options = { stack: "prod", preview, costs: undefined, plan: undefined };
    const comment = renderComment(options);
    assert.ok(comment.length <= LONGEST_COMMENT);
  });

  it("gives each stack a marker of its own, whatever its name", () => {
    assert.equal(
      markerOf("preview", "org/app/prod-->"),
      "<!-- pachyderm-seldon:preview:org_app_prod--_ -->",
    );
  });
});
