import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { CostReport } from "../../../../../providers/pachyderm/change-costs/report";
import { costReportSchema, SCHEMA_IS_THE_TYPE } from "../../../../support/cost-report-schema";
import { pipelineCost } from "../../../../support/cost-reports";

const FILE = join(__dirname, "../../../../../docs/change-costs.schema.json");

const REPORT: CostReport = {
  version: 1,
  stack: "dev",
  totals: {
    categories: { restart: 1 },
    datums: 0,
    bytes: null,
    time: null,
    killedJobs: 0,
    killedSeconds: 0,
    deletedBytes: null,
    outside: 0,
    unknown: [],
  },
  budget: { limits: { reprocessTime: "4h", killedJobs: 0 }, breaches: [] },
  pipelines: [pipelineCost({ fields: [{ path: "spec.description", category: "restart" }] })],
  repos: [],
  notLookedUp: [],
};

describe("docs/change-costs.schema.json", () => {
  it("is the schema of the report's type, version 1", () => {
    assert.ok(SCHEMA_IS_THE_TYPE);
    const { version } = costReportSchema.shape;
    assert.equal(version.value, 1);
    assert.deepEqual(JSON.parse(readFileSync(FILE, "utf8")), z.toJSONSchema(costReportSchema));
  });

  it("accepts a report and refuses one with a key more, less or of another kind", () => {
    assert.deepEqual(costReportSchema.parse(REPORT), REPORT);
    const { stack: _, ...less } = REPORT;
    for (const wrong of [less, { ...REPORT, more: 1 }, { ...REPORT, version: 2 }]) {
      assert.ok(!costReportSchema.safeParse(wrong).success);
    }
    const odd = { ...REPORT, pipelines: [{ ...pipelineCost(), category: "odd" }] };
    assert.ok(!costReportSchema.safeParse(odd).success);
  });
});
