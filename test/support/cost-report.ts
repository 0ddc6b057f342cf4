import type { CostReport, CostTotals, PipelineCost } from "../../providers/pachyderm/client";

/** An unchanged pipeline of a cost report, with the values of a test. */
export function pipelineCost(name: string, more: Partial<PipelineCost> = {}): PipelineCost {
  return {
    project: "default",
    name,
    urn: null,
    member: true,
    category: "none",
    fields: [],
    datums: { processed: 0, total: 0, vanishing: 0, upTo: false },
    bytes: 0,
    time: null,
    killedJobs: [],
    deletedBytes: null,
    because: [],
    effects: [],
    unknown: [],
    ...more,
  };
}

/** A cost report of these pipelines, without costs except those that a test sets. */
export function costReport(
  pipelines: readonly PipelineCost[],
  totals: Partial<CostTotals> = {},
  more: Partial<CostReport> = {},
): CostReport {
  const categories: Record<string, number> = {};
  for (const { category } of pipelines) categories[category] = (categories[category] ?? 0) + 1;
  return {
    version: 1,
    stack: "prod",
    totals: {
      categories,
      datums: 0,
      bytes: 0,
      time: null,
      killedJobs: 0,
      killedSeconds: 0,
      deletedBytes: 0,
      outside: 0,
      unknown: [],
      ...totals,
    },
    budget: { limits: {}, breaches: [] },
    pipelines,
    repos: [],
    notLookedUp: [],
    ...more,
  };
}
