/** What a pipeline processes after its own change, as far as the server shows. */
import { containsUnknown, isMap, type ValueMap } from "../../../kit/values";
import { countInput, hasCron, hasCross, pfsInputs } from "../../change-costs/datums";
import { estimateTime } from "../../change-costs/estimate";
import { hasPartedCommits, type Prediction, predict } from "../../change-costs/predict";
import type { PipelineCost, ReportedCategory } from "../../change-costs/report";
import type { DatumRow, JobRow } from "../../change-costs/rows";
import { formatCount } from "../../change-costs/units";
import type { ListedPipeline, ObjectRef } from "../api/api";
import type { JobInfo } from "../api/job-api";
import { isFound } from "./lookup-limits";
import type { Lookups } from "./lookups";

/** The most datums to list, by the number in the last successful job: about 4 MB and 2 s. */
const MAX_DATUMS = 5_000;

/** A pipeline and its planned change. */
export interface WorkloadChange {
  /** Its current project and name, or the planned ones if it is new. */
  readonly ref: ObjectRef;
  readonly category: ReportedCategory;
  /** The new spec in canonical form. */
  readonly spec: ValueMap;
  /** Whether its input does not change. */
  readonly sameInput: boolean;
  /** The pipeline on the server; undefined if it does not exist or could not be looked up. */
  readonly live: ListedPipeline | undefined;
  /** Whether it is stopped after the change. */
  readonly stopped: boolean;
  /** Its jobs, the newest first; undefined if they are unknown. */
  readonly jobs: readonly JobInfo[] | undefined;
}

/** What the pipeline processes. */
export type Workload = Pick<PipelineCost, "datums" | "bytes" | "time" | "unknown"> & {
  readonly note?: string;
  /** Whether it gets new datums. */
  readonly grows: boolean;
};

/** What is known about the datums, and why the rest is unknown. */
interface Lists {
  readonly before?: readonly DatumRow[];
  readonly after?: readonly DatumRow[];
  readonly afterCount?: number;
  readonly unknown: readonly string[];
}

export async function workloadOf(change: WorkloadChange, lookups: Lookups): Promise<Workload> {
  const { category, spec, live, jobs, ref, stopped } = change;
  const lastSuccess = await lastSuccessOf(change, lookups);
  const lists = needsLists(change) ? await listDatums(change, lastSuccess, lookups) : NO_LISTS;
  const prediction = predict({
    category,
    spec,
    stopped,
    ...(live && { version: live.version, ...saltOf(live) }),
    ...(jobs && { jobs }),
    sameInput: change.sameInput,
    ...(lastSuccess !== undefined && { lastSuccess: await withSalt(lastSuccess, change, lookups) }),
    ...lists,
  });
  const work = toWork(prediction, { ref, spec, live, jobs: jobs ?? [], lists });
  const before = Number(lastSuccess?.dataTotal ?? 0);
  const { total = 0, vanishing = 0 } = work.datums ?? {};
  // a pipeline that starts finds the data that arrived while it was stopped
  const mayGrow = !change.sameInput || (live?.stopped === true && !stopped);
  return { ...work, grows: mayGrow && total + vanishing > before };
}

const NO_LISTS: Lists = { unknown: [] };

/** Whether the prediction needs lists of datums. */
function needsLists({ category, jobs = [], stopped, spec }: WorkloadChange): boolean {
  if (isMap(spec.spout) || isMap(spec.service) || hasCron(spec.input) || stopped) return false;
  if (category === "restart") {
    const [newest] = jobs;
    return (newest !== undefined && newest.state !== "JOB_SUCCESS") || jobs.some(hasPartedCommits);
  }
  return ["start", "difference", "rekeyed", "reprocess", "replaced", "create"].includes(category);
}

/** Null if no job has succeeded, undefined if that is unknown. */
async function lastSuccessOf(
  { ref, category, jobs }: WorkloadChange,
  lookups: Lookups,
): Promise<JobInfo | null | undefined> {
  if (category === "create") return null;
  if (jobs === undefined) return undefined;
  const lookup = await lookups.lastSuccess(ref);
  return isFound(lookup) ? (lookup.found ?? null) : undefined;
}

async function listDatums(
  change: WorkloadChange,
  lastSuccess: JobInfo | null | undefined,
  lookups: Lookups,
): Promise<Lists> {
  const { category, ref, spec } = change;
  const { input = null } = spec;
  if (!isMap(input) || containsUnknown(input)) {
    return { unknown: ["its input is known only after the update"] };
  }
  const last = Number(lastSuccess?.dataTotal ?? 0);
  if (last > MAX_DATUMS) {
    // the input does not change, so neither does the count
    if (category === "reprocess" || category === "restart")
      return { afterCount: last, unknown: [] };
    return {
      unknown: [
        `it has ${formatCount(last)} datums, and at most ${formatCount(MAX_DATUMS)} are listed`,
      ],
    };
  }
  const compares = category !== "reprocess" && category !== "replaced" && lastSuccess;
  const [after, before] = await Promise.all([
    hasCross(input) ? countCross(input, lookups) : listInput(input, lookups),
    compares ? lookups.datumsOfJob(ref, lastSuccess.job.id) : undefined,
  ]);
  if (before === undefined || isFound(before)) {
    return { ...after, ...(before && { before: before.found }) };
  }
  return { ...after, unknown: [...after.unknown, `the datums of its last job: ${before.unknown}`] };
}

async function listInput(input: ValueMap, lookups: Lookups): Promise<Lists> {
  const lookup = await lookups.datumsOfInput(input);
  if (isFound(lookup)) return { after: lookup.found, unknown: [] };
  // a repo that the same update creates has no data yet
  if (isMissing(lookup.unknown)) return { after: [], unknown: [] };
  return { unknown: [`the datums of its input: ${lookup.unknown}`] };
}

/** Whether the server says, with status 500, that a repo or branch does not exist. */
const isMissing = (reason: string) =>
  /branch "[^"]*" not found in repo|repo \S+ not found/.test(reason);

/** Pachyderm is slow to list a cross, even if few datums are requested: lists its parts instead. */
async function countCross(input: ValueMap, lookups: Lookups): Promise<Lists> {
  const parts = await Promise.all(pfsInputs(input).map((pfs) => lookups.datumsOfInput({ pfs })));
  const missing = parts.find(
    (part): part is { unknown: string } => !isFound(part) && !isMissing(part.unknown),
  );
  if (missing !== undefined) return { unknown: [`the datums of its input: ${missing.unknown}`] };
  const count = countInput(
    input,
    parts.map((part) => (isFound(part) ? part.found.length : 0)),
  );
  return "count" in count ? { afterCount: count.count, unknown: [] } : { unknown: [count.unknown] };
}

/** The categories of changes that skip what the last successful job has processed. */
const RESUMING: readonly string[] = ["restart", "start", "difference", "rekeyed"];

/** The job, with its salt if that matters, because the pipeline was updated after it. */
async function withSalt(
  job: JobInfo | null,
  { ref, live, category }: WorkloadChange,
  lookups: Lookups,
): Promise<JobRow | null> {
  const isOlder = live !== undefined && job !== null && job.pipelineVersion !== live.version;
  if (job === null || !isOlder || !RESUMING.includes(category)) return job;
  const lookup = await lookups.job(ref, job.job.id);
  return isFound(lookup) && lookup.found !== undefined ? lookup.found : job;
}

function saltOf({ details }: ListedPipeline): { salt?: string } {
  const salt = details?.salt;
  return typeof salt === "string" ? { salt } : {};
}

interface Known {
  readonly ref: ObjectRef;
  readonly spec: ValueMap;
  readonly live: ListedPipeline | undefined;
  readonly jobs: readonly JobInfo[];
  readonly lists: Lists;
}

function toWork(
  prediction: Prediction,
  { spec, live, jobs, lists }: Known,
): Omit<Workload, "grows"> {
  if ("unknown" in prediction) {
    const reasons = lists.unknown.length > 0 ? lists.unknown : [prediction.unknown];
    return { datums: null, bytes: null, time: null, unknown: [...reasons] };
  }
  const { processed, total, vanishing = 0, bytes, note } = prediction;
  const noted = note === undefined ? {} : { note };
  if (processed === undefined) {
    const reasons = lists.unknown.length > 0 ? lists.unknown : ["its datums are not counted"];
    return { datums: null, bytes: null, time: null, unknown: [...reasons], ...noted };
  }
  const datums = { processed, total: total ?? processed, vanishing, upTo: false };
  if (processed === 0) return { datums, bytes: 0, time: null, unknown: [], ...noted };
  const time = estimateTime(jobs, { datums: processed, workers: workersOf(spec, live) }) ?? null;
  const why = time === null ? ["it has no successful job that processed data"] : [];
  return { datums, bytes: bytes ?? averageBytes(jobs, processed), time, unknown: why, ...noted };
}

/** The number of workers while it runs. */
export function workersOf(spec: ValueMap, live: ListedPipeline | undefined): number {
  const { parallelismSpec = null } = spec;
  const constant = isMap(parallelismSpec) ? Number(parallelismSpec.constant) : Number.NaN;
  return constant > 0 ? constant : Number(live?.parallelism ?? 1) || 1;
}

/** The size of a number of datums, from the average of the newest successful job that processed any. */
export function averageBytes(jobs: readonly JobInfo[], datums: number): number | null {
  const done = jobs.find((job) => job.state === "JOB_SUCCESS" && Number(job.dataProcessed) > 0);
  if (done?.stats == null) return null;
  return Math.round((Number(done.stats.downloadBytes) / Number(done.dataProcessed)) * datums);
}
