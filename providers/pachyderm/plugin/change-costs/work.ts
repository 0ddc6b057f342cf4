/** What a pipeline has to do after a change of its own, as far as the server tells. */
import { containsUnknown, isMap, type ValueMap } from "../../../kit/values";
import { countInput, hasCron, hasCross, pfsInputs } from "../../change-costs/datums";
import { estimateTime } from "../../change-costs/estimate";
import { hasPartedCommits, type Prediction, predict } from "../../change-costs/predict";
import type { PipelineCost, ReportedCategory } from "../../change-costs/report";
import type { DatumRow, JobRow } from "../../change-costs/rows";
import { formatCount } from "../../change-costs/units";
import type { ListedPipeline, ObjectRef } from "../api/api";
import type { JobInfo } from "../api/job-api";
import { isFound } from "./look-limits";
import type { Looks } from "./looks";

/** How many datums are listed at most, by what the pipeline had last: some 4 MB and 2 s. */
const MAX_DATUMS = 5_000;

/** A pipeline and what is to become of it. */
export interface Change {
  /** Where it is now, or will be if it is new. */
  readonly ref: ObjectRef;
  readonly category: ReportedCategory;
  /** The new spec in canonical form. */
  readonly spec: ValueMap;
  /** Whether it reads what it read before. */
  readonly sameInput: boolean;
  /** As it is on the server; undefined if it is not there, or nobody can tell. */
  readonly live: ListedPipeline | undefined;
  /** Its jobs, the newest first; undefined if they are not known. */
  readonly jobs: readonly JobInfo[] | undefined;
}

/** What there is to do. */
export type Work = Pick<PipelineCost, "datums" | "bytes" | "time" | "unknown"> & {
  readonly note?: string;
  /** Whether it gets datums that it did not have. */
  readonly grows: boolean;
};

/** What is known of the datums, and why the rest is not. */
interface Lists {
  readonly before?: readonly DatumRow[];
  readonly after?: readonly DatumRow[];
  readonly afterCount?: number;
  readonly unknown: readonly string[];
}

export async function workOf(change: Change, looks: Looks): Promise<Work> {
  const { category, spec, live, jobs, ref } = change;
  const lastSuccess = await lastSuccessOf(change, looks);
  const lists = needsLists(change) ? await listDatums(change, lastSuccess, looks) : NO_LISTS;
  const prediction = predict({
    category,
    spec,
    ...(live && { stopped: live.stopped, version: live.version, ...saltOf(live) }),
    ...(jobs && { jobs }),
    sameInput: change.sameInput,
    ...(lastSuccess !== undefined && { lastSuccess: await withSalt(lastSuccess, change, looks) }),
    ...lists,
  });
  const work = toWork(prediction, { ref, spec, live, jobs: jobs ?? [], lists });
  const before = Number(lastSuccess?.dataTotal ?? 0);
  const { total = 0, vanishing = 0 } = work.datums ?? {};
  return { ...work, grows: !change.sameInput && total + vanishing > before };
}

const NO_LISTS: Lists = { unknown: [] };

/** Whether it takes lists of datums to tell what is processed. */
function needsLists({ category, jobs = [], live, spec }: Change): boolean {
  if (isMap(spec.spout) || isMap(spec.service) || hasCron(spec.input) || live?.stopped)
    return false;
  if (category === "restart") {
    const [newest] = jobs;
    return (newest !== undefined && newest.state !== "JOB_SUCCESS") || jobs.some(hasPartedCommits);
  }
  return ["difference", "rekeyed", "reprocess", "replaced", "create"].includes(category);
}

/** Null if no job succeeded, undefined if nobody knows. */
async function lastSuccessOf(
  { ref, category, jobs }: Change,
  looks: Looks,
): Promise<JobInfo | null | undefined> {
  if (category === "create") return null;
  if (jobs === undefined) return undefined;
  const look = await looks.lastSuccess(ref);
  return isFound(look) ? (look.found ?? null) : undefined;
}

async function listDatums(
  change: Change,
  lastSuccess: JobInfo | null | undefined,
  looks: Looks,
): Promise<Lists> {
  const { category, ref, spec } = change;
  const { input = null } = spec;
  if (!isMap(input) || containsUnknown(input)) {
    return { unknown: ["its input is known only after the update"] };
  }
  const last = Number(lastSuccess?.dataTotal ?? 0);
  if (last > MAX_DATUMS) {
    // what is read stays the same, so that the count does, too
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
    hasCross(input) ? countCross(input, looks) : listInput(input, looks),
    compares ? looks.datumsOfJob(ref, lastSuccess.job.id) : undefined,
  ]);
  if (before === undefined || isFound(before)) {
    return { ...after, ...(before && { before: before.found }) };
  }
  return { ...after, unknown: [...after.unknown, `the datums of its last job: ${before.unknown}`] };
}

async function listInput(input: ValueMap, looks: Looks): Promise<Lists> {
  const look = await looks.datumsOfInput(input);
  if (isFound(look)) return { after: look.found, unknown: [] };
  // what the same update makes has no data yet
  if (isMissing(look.unknown)) return { after: [], unknown: [] };
  return { unknown: [`the datums of its input: ${look.unknown}`] };
}

/** Whether the server says that a repo or its branch is not there, which it answers 500 to. */
const isMissing = (reason: string) =>
  /branch "[^"]*" not found in repo|repo \S+ not found/.test(reason);

/** A cross takes Pachyderm long to list, however few are asked for: its parts are listed instead. */
async function countCross(input: ValueMap, looks: Looks): Promise<Lists> {
  const parts = await Promise.all(pfsInputs(input).map((pfs) => looks.datumsOfInput({ pfs })));
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

/** The job with its salt where that matters: the pipeline was updated after it. */
async function withSalt(
  job: JobInfo | null,
  { ref, live, category }: Change,
  looks: Looks,
): Promise<JobRow | null> {
  const isOlder = live !== undefined && job !== null && job.pipelineVersion !== live.version;
  if (job === null || !isOlder || !["restart", "difference", "rekeyed"].includes(category))
    return job;
  const look = await looks.job(ref, job.job.id);
  return isFound(look) && look.found !== undefined ? look.found : job;
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

function toWork(prediction: Prediction, { spec, live, jobs, lists }: Known): Omit<Work, "grows"> {
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

/** How many workers it has when it works. */
export function workersOf(spec: ValueMap, live: ListedPipeline | undefined): number {
  const { parallelismSpec = null } = spec;
  const constant = isMap(parallelismSpec) ? Number(parallelismSpec.constant) : Number.NaN;
  return constant > 0 ? constant : Number(live?.parallelism ?? 1) || 1;
}

/** The size of so many datums, as those of the newest job that processed some were. */
export function averageBytes(jobs: readonly JobInfo[], datums: number): number | null {
  const done = jobs.find((job) => job.state === "JOB_SUCCESS" && Number(job.dataProcessed) > 0);
  if (done?.stats == null) return null;
  return Math.round((Number(done.stats.downloadBytes) / Number(done.dataProcessed)) * datums);
}
