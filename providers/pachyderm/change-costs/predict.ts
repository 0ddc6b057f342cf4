import { containsUnknown, isMap, type ValueMap } from "../../kit/values";
import { processesEveryTime } from "./categorize";
import { causesNoJob } from "./category";
import { allProcessed, hasCron, predictDatums } from "./datums";
import type { ReportedCategory } from "./report";
import { type DatumRow, isUnfinished, type JobRow } from "./rows";

/** What is known about a pipeline before a change. A missing key could not be looked up. */
export interface PredictionFacts {
  readonly category: ReportedCategory;
  /** The new spec in canonical form. */
  readonly spec: ValueMap;
  /** Whether the pipeline is stopped after the change. */
  readonly stopped?: boolean;
  /** The pipeline's version and salt before the change. */
  readonly version?: string;
  readonly salt?: string;
  /** The jobs of all versions, the newest first. */
  readonly jobs?: readonly JobRow[];
  /** The newest successful job; null if none has succeeded. Default: that of `jobs`, if there is one. */
  readonly lastSuccess?: JobRow | null;
  /** Whether the input does not change. */
  readonly sameInput?: boolean;
  /** The datums of the newest successful job. */
  readonly before?: readonly DatumRow[];
  /** The datums of the new input. */
  readonly after?: readonly DatumRow[];
  /** The number of datums of the new input, if only that is known. */
  readonly afterCount?: number;
}

/** How much of its input a pipeline processes after a change. */
export type Prediction =
  | {
      readonly extent: "nothing" | "difference" | "everything";
      /** Undefined if unknown: every datum, but their number is not counted. */
      readonly processed?: number;
      readonly total?: number;
      readonly vanishing?: number;
      readonly bytes?: number;
      /** A remark to show with the prediction. */
      readonly note?: string;
    }
  | { readonly unknown: string };

/** Predicts what the job that a change causes does, or says why that is unknown. */
export function predict(facts: PredictionFacts): Prediction {
  const { category, spec } = facts;
  if (causesNoJob(category)) return { extent: "nothing", processed: 0 };
  if (isMap(spec.spout)) return { unknown: "a spout has no datums" };
  if (isMap(spec.service)) return { unknown: "a service has no datums to count" };
  if (facts.stopped) {
    const note = "it is stopped: it does this work in one job when it starts";
    return { extent: "nothing", processed: 0, note };
  }
  if (facts.category === "delete") return { extent: "nothing", processed: 0 };
  if (category === "create" && hasCron(spec.input)) {
    return { unknown: "it runs a job for each tick of its cron, including missed ticks" };
  }
  if (isEverything(facts)) return everything(facts);
  if (containsUnknown(spec.input ?? null)) {
    return { unknown: "its input is known only after the update" };
  }
  if (hasCron(spec.input) && category !== "restart") {
    return { unknown: "Pachyderm does not list the datums of a cron input" };
  }
  const doubt = doubtOf(facts);
  if (doubt !== undefined) return { unknown: doubt };
  if (facts.before !== undefined && facts.after !== undefined) {
    return compared(facts.before, facts.after);
  }
  return withoutLists(facts);
}

function isEverything(facts: PredictionFacts): boolean {
  const { category, salt } = facts;
  if (["reprocess", "replaced", "create"].includes(category)) return true;
  const success = lastSuccessOf(facts);
  const oldSalt = success?.details?.salt;
  return (
    processesEveryTime(facts.spec) !== undefined ||
    success === null ||
    (!!salt && !!oldSalt && salt !== oldSalt)
  );
}

function lastSuccessOf({ lastSuccess, jobs }: PredictionFacts): JobRow | null | undefined {
  return lastSuccess === undefined
    ? jobs?.find(({ state }) => state === "JOB_SUCCESS")
    : lastSuccess;
}

function everything(facts: PredictionFacts): Prediction {
  const { category, before, after, afterCount } = facts;
  if (after !== undefined) {
    const isNew = category === "create" || category === "replaced";
    const { processed, total, vanishing, bytes } = allProcessed(isNew ? [] : (before ?? []), after);
    const knowsOld = isNew || before !== undefined;
    return { extent: "everything", processed, total, bytes, ...(knowsOld && { vanishing }) };
  }
  const count = afterCount ?? (facts.sameInput ? totalOfNewest(facts.jobs) : undefined);
  return count === undefined
    ? { extent: "everything" }
    : { extent: "everything", processed: count, total: count };
}

/** The number of datums of the newest job; undefined unless it has succeeded or failed. */
function totalOfNewest(jobs: readonly JobRow[] = []): number | undefined {
  const [newest] = jobs;
  const isKnown = newest?.state === "JOB_SUCCESS" || newest?.state === "JOB_FAILURE";
  return isKnown ? Number(newest.dataTotal) : undefined;
}

/** Why the results of the last successful job may not count. */
function doubtOf(facts: PredictionFacts): string | undefined {
  const { version, salt } = facts;
  const success = lastSuccessOf(facts);
  if (success === undefined) return "the last successful job is unknown";
  if (success === null || version === undefined || success.pipelineVersion === version) {
    return undefined;
  }
  if (salt && success.details?.salt) return undefined;
  return "the pipeline has been updated since its last successful job, possibly with a reprocess";
}

function compared(before: readonly DatumRow[], after: readonly DatumRow[]): Prediction {
  const { processed, total, vanishing, bytes } = predictDatums(before, after);
  const isNothing = processed === 0 && vanishing === 0;
  return { extent: isNothing ? "nothing" : "difference", processed, total, vanishing, bytes };
}

/** Without lists of datums: what is certain if the newest job has processed everything. */
function withoutLists(facts: PredictionFacts): Prediction {
  const { category, jobs } = facts;
  const [newest] = jobs ?? [];
  if (newest === undefined) return { unknown: "the pipeline's jobs are unknown" };
  if (isUnfinished(newest)) {
    return { unknown: `job ${newest.job.id} has not finished: its work so far is repeated` };
  }
  if (newest.state !== "JOB_SUCCESS") {
    return { unknown: `job ${newest.job.id} did not succeed: its work is repeated` };
  }
  const parted = jobs?.find(hasPartedCommits);
  if (parted !== undefined) {
    return {
      unknown:
        `job ${parted.job.id} failed because two datums wrote the same path: until all data is ` +
        "processed again, Pachyderm may process unchanged datums",
    };
  }
  if (category === "rekeyed") return everything(facts);
  if (category === "restart") return skipping(newest, facts.spec);
  return { unknown: "the datums of the new input are unknown" };
}

/** Whether a job left its output commit and its meta commit inconsistent. */
export function hasPartedCommits({ state, reason }: JobRow): boolean {
  return state === "JOB_FAILURE" && reason.includes("duplicate path");
}

function skipping(newest: JobRow, spec: ValueMap): Prediction {
  const note = hasCron(spec.input) ? "ticks before the update are also processed" : undefined;
  // a datum that errCmd recovered has no result to keep, and is retried
  const recovered = Number(newest.dataRecovered ?? 0);
  return {
    extent: recovered === 0 ? "nothing" : "difference",
    processed: recovered,
    total: Number(newest.dataTotal),
    vanishing: 0,
    ...(recovered === 0 && { bytes: 0 }),
    ...(note && { note }),
  };
}

/** The work of an upstream pipeline, which determines the work of its readers. */
export interface UpstreamWork {
  /** Undefined if unknown. */
  readonly processed?: number;
  readonly vanishing?: number;
  /** Whether it gets new datums, so that it may produce more results. */
  readonly grows?: boolean;
}

/** What is known about a pipeline that reads results that may change. */
export interface ReaderFacts {
  /** Its spec in canonical form. */
  readonly spec: ValueMap;
  readonly stopped?: boolean;
  /** The newest first. */
  readonly jobs?: readonly JobRow[];
  /** The newest job's state in the list of pipelines: enough to know that no work is left. */
  readonly lastJobState?: string;
}

/** A prediction whose number may be an upper bound. */
export type BoundedPrediction =
  | (Exclude<Prediction, { unknown: string }> & { readonly upTo: boolean })
  | { readonly unknown: string };

/**
 * Predicts what a pipeline processes because of jobs upstream. If none of them changes its results,
 * nothing; otherwise at most the number of datums of its last job, because only the results show
 * which of them differ.
 */
export function predictDownstream(
  upstream: readonly UpstreamWork[],
  reader: ReaderFacts,
): BoundedPrediction {
  const { spec, stopped, jobs } = reader;
  const same = upstream.every(({ processed, vanishing }) => processed === 0 && vanishing === 0);
  const always = processesEveryTime(spec) !== undefined;
  if (stopped || isMap(spec.spout) || isMap(spec.service) || (same && !always)) {
    const own = isSettled(reader) ? IDLE : predict({ category: "restart", ...reader });
    return "unknown" in own ? own : { ...own, upTo: false };
  }
  if (upstream.some(({ grows }) => grows)) {
    return { unknown: "upstream gets new datums, so it may get more datums than it has now" };
  }
  if (upstream.some(({ processed, grows }) => processed === undefined && grows !== false)) {
    return { unknown: "how much changes upstream is unknown" };
  }
  const total = totalOfNewest(jobs);
  if (total === undefined) return { unknown: "its number of datums is unknown" };
  return { extent: "everything", processed: total, total, upTo: !always || !same };
}

const IDLE: Prediction = { extent: "nothing", processed: 0 };

/** Whether a pipeline has processed everything, as far as the list of pipelines shows. */
function isSettled({ spec, stopped, jobs, lastJobState }: ReaderFacts): boolean {
  if (jobs !== undefined || stopped || isMap(spec.spout) || isMap(spec.service)) return false;
  const { transform } = spec;
  const hasErrCmd =
    isMap(transform) && Array.isArray(transform.errCmd) && transform.errCmd.length > 0;
  return lastJobState === "JOB_SUCCESS" && !hasErrCmd;
}
