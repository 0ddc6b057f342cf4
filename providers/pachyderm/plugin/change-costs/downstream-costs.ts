/** What happens downstream of a change, on the whole server. */
import { isMap, type ValueMap } from "../../../kit/values";
import { type DownstreamPipeline, PipelineGraph } from "../../change-costs/downstream";
import { estimateTime } from "../../change-costs/estimate";
import {
  type BoundedPrediction,
  predictDownstream,
  type UpstreamWork,
} from "../../change-costs/predict";
import type { PipelineCost } from "../../change-costs/report";
import type { PipelineRow } from "../../change-costs/rows";
import type { ListedPipeline, ObjectRef } from "../api/api";
import { formatId } from "../api/object-ref";
import type { CostAccounts } from "./accounts";
import type { CostSources } from "./changed-pipeline-cost";
import type { FailedLookups } from "./failed-lookups";
import { isFound } from "./lookup-limits";
import type { Lookups } from "./lookups";
import { averageBytes, workersOf } from "./workload";

/** The graph of all pipelines, or a string with the reason why it is unknown. */
export async function graphOf(lookups: Lookups): Promise<PipelineGraph | string> {
  const lookup = await lookups.pipelines();
  // the details have the form that PipelineGraph reads
  return isFound(lookup)
    ? new PipelineGraph(lookup.found as readonly PipelineRow[])
    : lookup.unknown;
}

/** A change and its work, which determines the work downstream: none if the output does not change. */
export interface Origin extends UpstreamWork {
  readonly ref: ObjectRef;
  readonly outputBranch: string;
}

/** What the pipelines downstream of a change process, the nearest first. */
export async function downstreamCosts(
  origin: Origin,
  server: CostSources,
  failed: FailedLookups,
): Promise<PipelineCost[]> {
  const graph = await graphOf(server.lookups);
  if (typeof graph === "string") {
    failed.note("the downstream pipelines", graph);
    return [];
  }
  if (server.hasAuth) await addHidden(graph, origin, server.lookups, failed);
  const work = new Map<string, UpstreamWork>([[formatId(origin.ref), origin]]);
  const costs: PipelineCost[] = [];
  for (const pipeline of graph.downstreamOf([origin.ref])) {
    const upstream = pipeline.reads.flatMap((id) => work.get(id) ?? []);
    const cost = await downstreamCost(pipeline, upstream, server);
    const { datums } = cost;
    work.set(formatId(pipeline.ref), datums === null ? {} : workLeft(datums));
    costs.push(cost);
  }
  return costs;
}

/** The pipelines downstream of a deleted pipeline: they process nothing, and get no more data. */
export async function downstreamOfDeleted(
  origin: Pick<Origin, "ref" | "outputBranch">,
  { lookups, accounts, hasAuth }: CostSources,
  failed: FailedLookups,
): Promise<PipelineCost[]> {
  const graph = await graphOf(lookups);
  if (typeof graph === "string") {
    failed.note("the downstream pipelines", graph);
    return [];
  }
  if (hasAuth) await addHidden(graph, origin, lookups, failed);
  const gone = formatId(origin.ref);
  return graph.downstreamOf([origin.ref]).map((pipeline) => ({
    ...baseOf(pipeline, accounts),
    datums: { processed: 0, total: 0, vanishing: 0, upTo: false },
    bytes: 0,
    effects: [
      pipeline.reads.includes(gone)
        ? "reads from the deleted pipeline"
        : "downstream of the deleted pipeline",
    ],
  }));
}

/** If nothing is processed, the output does not change; "up to" may change any of it. */
function workLeft({ processed, vanishing }: NonNullable<PipelineCost["datums"]>): UpstreamWork {
  return { processed, vanishing };
}

/** With auth, a list of pipelines omits what the token cannot read; the branch names it. */
async function addHidden(
  graph: PipelineGraph,
  { ref, outputBranch }: Pick<Origin, "ref" | "outputBranch">,
  lookups: Lookups,
  failed: FailedLookups,
): Promise<void> {
  const lookup = await lookups.branch(ref, outputBranch);
  const branch = failed.foundOr(lookup, "the downstream pipelines that the token cannot list");
  graph.addSubvenance(ref, branch?.subvenance ?? []);
}

/** A downstream pipeline without any findings yet. */
function baseOf(
  { ref, because, effects }: DownstreamPipeline,
  accounts: CostAccounts,
): PipelineCost {
  return {
    project: ref.project,
    name: ref.name,
    urn: null,
    member: accounts.isMember(ref),
    category: "downstream",
    fields: [],
    datums: null,
    bytes: null,
    time: null,
    killedJobs: [],
    deletedBytes: null,
    because: [...because],
    effects: [...effects],
    unknown: [],
  };
}

async function downstreamCost(
  pipeline: DownstreamPipeline,
  upstream: readonly UpstreamWork[],
  { lookups, accounts }: CostSources,
): Promise<PipelineCost> {
  const { ref, row, effects } = pipeline;
  const base = baseOf(pipeline, accounts);
  if (row === undefined) return { ...base, unknown: ["the token lacks permission to read it"] };
  const spec = specOf(row);
  const known = { spec, stopped: row.stopped ?? false, lastJobState: row.lastJobState ?? "" };
  // if nothing changes upstream, the list of all pipelines is often enough
  const idle = predictDownstream(upstream, known);
  const lookup = isIdle(idle) ? undefined : await lookups.jobs(ref);
  const jobs = lookup !== undefined && isFound(lookup) ? lookup.found : [];
  const prediction =
    lookup !== undefined && isFound(lookup)
      ? predictDownstream(upstream, { ...known, jobs })
      : idle;
  const effect = accounts.memberOf(ref)?.effect;
  const affected = { ...base, effects: effect === undefined ? base.effects : [effect, ...effects] };
  if ("unknown" in prediction || prediction.processed === undefined) {
    const why = "unknown" in prediction ? prediction.unknown : "its datums are not counted";
    const reason = lookup !== undefined && !isFound(lookup) ? `its jobs: ${lookup.unknown}` : why;
    return { ...affected, unknown: [reason] };
  }
  const { processed, total = processed, vanishing = 0, upTo } = prediction;
  const datums = { processed, total, vanishing, upTo };
  if (processed === 0) return { ...base, datums, bytes: 0 };
  const workers = workersOf(spec, row as unknown as ListedPipeline);
  const time = estimateTime(jobs, { datums: processed, workers }) ?? null;
  return {
    ...affected,
    datums,
    bytes: averageBytes(jobs, processed),
    time,
    unknown: time === null ? ["it has no successful job that processed data"] : [],
  };
}

const isIdle = (prediction: BoundedPrediction) =>
  !("unknown" in prediction) && prediction.extent === "nothing";

/** The parts of the spec that the work depends on. */
function specOf({ details }: PipelineRow): ValueMap {
  return isMap(details) ? details : {};
}
