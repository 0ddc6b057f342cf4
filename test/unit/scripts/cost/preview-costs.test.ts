import assert from "node:assert/strict";
import type { CostNote, PipelineCost } from "../../../../providers/pachyderm/client";
import { costTable } from "../../../../scripts/cost/cost-table";
import { toReport } from "../../../../scripts/cost/preview-costs";
import type { PreviewStep } from "../../../../scripts/preview/preview-json";

const urn = (name: string, type = "pachyderm:index:Pipeline") =>
  `urn:pulumi:dev::pachyderm-seldon::${type}::${name}`;

const pipeline = (name: string, more: Partial<PipelineCost> = {}): PipelineCost => ({
  project: "default",
  name,
  urn: urn(name),
  member: true,
  category: "restart",
  fields: [{ path: "spec.transform.image", category: "restart" }],
  datums: { processed: 0, total: 3, vanishing: 0, upTo: false },
  bytes: 0,
  time: null,
  killedJobs: [],
  deletedBytes: null,
  because: [],
  effects: [],
  unknown: [],
  ...more,
});

const reprocess = pipeline("model", {
  category: "reprocess",
  fields: [{ path: "reprocess", category: "reprocess" }],
  datums: { processed: 1204, total: 1204, vanishing: 0, upTo: false },
  bytes: 38e9,
  time: { p50Seconds: 7_800, p90Seconds: 10_200, jobs: 9, workers: 8 },
  killedJobs: [
    { id: "1", state: "JOB_RUNNING", seconds: 2_460 },
    { id: "2", state: "JOB_CREATED", seconds: 0 },
  ],
});
const weekly = pipeline("weekly", {
  project: "reports",
  urn: null,
  member: false,
  category: "downstream",
  fields: [],
  datums: { processed: 52, total: 52, vanishing: 0, upTo: true },
  bytes: 2e9,
  effects: ["egress to gs://reports runs again"],
  unknown: ["it has no successful job that processed data"],
  because: ["default/model"],
});
const gone = pipeline("gone", {
  category: "delete",
  datums: null,
  bytes: null,
  deletedBytes: 1.4e9,
});
const repo = {
  project: "default",
  name: "old-data",
  urn: urn("old-data", "pachyderm:index:Repo"),
  deletedBytes: 5e9,
  readers: [],
  unknown: [],
};

const steps = (...all: PreviewStep[]) => ({
  preview: { steps: all, diagnostics: [] },
  failed: false,
});
const deletes = (name: string, type?: string, retainOnDelete = false): PreviewStep => ({
  op: "delete",
  urn: urn(name, type),
  oldState: { type: type ?? "", retainOnDelete },
});

describe("the report of a change's costs", () => {
  const notes: CostNote[] = [
    { limits: { reprocessTime: "2h", killedJobs: 5 } },
    { pipeline: reprocess },
    { pipeline: weekly },
    { pipeline: gone },
    { repo },
    { notLookedUp: "the jobs of default/x: oops" },
  ];

  it("has the changes of the preview, without deletes that are retained or not made", () => {
    const report = toReport("dev", notes, steps(deletes("gone")));
    assert.deepEqual(
      report.pipelines.map(({ name }) => name),
      ["model", "weekly", "gone"],
    );
    assert.deepEqual(report.repos, []);
    assert.equal(report.totals.deletedBytes, 1.4e9);
    const kept = deletes("old-data", "pachyderm:index:Repo", true);
    assert.deepEqual(toReport("dev", notes, steps(kept)).repos, []);
    assert.equal(toReport("dev", notes, steps(kept)).totals.deletedBytes, 0);
    const all = toReport(
      "dev",
      notes,
      steps(deletes("gone"), deletes("old-data", "pachyderm:index:Repo")),
    );
    assert.equal(all.totals.deletedBytes, 6.4e9);
  });

  it("has the exceeded limits, and what they exclude", () => {
    const { budget, notLookedUp } = toReport("dev", notes, steps(deletes("gone")));
    assert.deepEqual(
      budget.breaches.map(({ key, message }) => [key, message]),
      [
        [
          "reprocessTime",
          "processing takes up to 2 h 50 min, which exceeds budget.reprocessTime (2 h)",
        ],
      ],
    );
    assert.match(notLookedUp.join("\n"), /the jobs of default\/x: oops\n.*reports\/weekly/);
  });

  it("names pipelines that change without a note because Pachyderm was not contacted", () => {
    const { notLookedUp } = toReport("dev", [], steps({ op: "update", urn: urn("model") }));
    assert.deepEqual(notLookedUp, [
      "the costs of model: Pachyderm was not contacted, or already matches the program",
    ]);
  });

  it("is printed as a table, with the totals on top", () => {
    const lines = costTable(toReport("dev", notes, steps(deletes("gone"))), 2).split("\n");
    assert.match(lines[0] ?? "", /^dev: .*1 pipeline reprocesses.*2 jobs killed.*1\.4 GB deleted/);
    assert.match(
      lines[1] ?? "",
      /^total: 1,256 datums processed; 40\.0 GB of data; 2 h 10 min – 2 h 50 min; 2 jobs killed \(41 min of work\); 1\.4 GB deleted; 1 pipeline outside this stack$/,
    );
    assert.equal(lines[2], "budget: reprocessTime 2h, killedJobs 5");
    assert.match(lines[3] ?? "", /^OVER BUDGET: processing takes up to/);
    const row = (name: string) => lines.find((line) => line.startsWith(name))?.split(/ {2,}/);
    assert.deepEqual(row("default/model"), [
      "default/model",
      "reprocess",
      "1,204",
      "38.0 GB",
      "2 h 10 min – 2 h 50 min",
      "2 jobs",
      "-",
      "-",
    ]);
    assert.deepEqual(row("reports/weekly"), [
      "reports/weekly",
      "downstream",
      "up to 52",
      "2.0 GB",
      "unknown",
      "-",
      "-",
      "OUTSIDE",
    ]);
    assert.deepEqual(row("default/gone"), [
      "default/gone",
      "deleted",
      "-",
      "-",
      "-",
      "-",
      "1.4 GB",
      "-",
    ]);
    assert.ok(
      lines.includes(
        "  reports/weekly: egress to gs://reports runs again; unknown: it has no successful job that processed data",
      ),
    );
    assert.ok(lines.includes("  the jobs of default/x: oops"));
  });

  it("is one line if nothing changes", () => {
    assert.equal(costTable(toReport("dev", [], steps()), 0).split("\n")[0], "dev: no change");
  });
});
