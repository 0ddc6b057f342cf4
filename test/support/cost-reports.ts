import type { PipelineCost } from "../../providers/pachyderm/change-costs/report";

/** The costs of a pipeline in tests: none, except the given ones. */
export function pipelineCost(over: Partial<PipelineCost> = {}): PipelineCost {
  return {
    project: "default",
    name: "p",
    urn: null,
    member: true,
    category: "restart",
    fields: [],
    datums: null,
    bytes: null,
    time: null,
    killedJobs: [],
    deletedBytes: null,
    because: [],
    effects: [],
    unknown: [],
    ...over,
  };
}
