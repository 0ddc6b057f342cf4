/** How long work takes, from the times of the pipeline's own jobs. */
import { parseDuration } from "../spec/scalars";
import { isUnfinished, type JobRow } from "./rows";

export interface TimeEstimate {
  readonly p50Seconds: number;
  readonly p90Seconds: number;
  /** The number of finished jobs that it is based on. */
  readonly jobs: number;
  readonly workers: number;
}

/**
 * The time to process a number of datums with a number of workers: the 50th and 90th percentiles of
 * the finished jobs' average times per datum (download, code and upload). Undefined if no
 * successful job has processed datums.
 */
export function estimateTime(
  jobs: readonly JobRow[],
  work: { readonly datums: number; readonly workers: number },
): TimeEstimate | undefined {
  const perDatum = jobs.flatMap((job) => secondsPerDatum(job) ?? []).sort((a, b) => a - b);
  if (perDatum.length === 0 || work.workers < 1) return undefined;
  // a datum is not shared between workers
  const rounds = Math.ceil(work.datums / work.workers);
  return {
    p50Seconds: percentile(perDatum, 0.5) * rounds,
    p90Seconds: percentile(perDatum, 0.9) * rounds,
    jobs: perDatum.length,
    workers: work.workers,
  };
}

/** The average time per datum of a successful job. Undefined if it processed none. */
export function secondsPerDatum({ state, stats, dataProcessed }: JobRow): number | undefined {
  const processed = Number(dataProcessed);
  if (state !== "JOB_SUCCESS" || stats === null || !(processed > 0)) return undefined;
  const times = [stats.downloadTime, stats.processTime, stats.uploadTime].map(parseSeconds);
  if (times.every((time) => time === undefined)) return undefined;
  return times.reduce<number>((sum, time) => sum + (time ?? 0), 0) / processed;
}

/** The value that a share of the sorted values does not exceed, interpolated between two of them. */
export function percentile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** The seconds of a duration in protobuf's JSON form, such as `0.072662742s`. */
export function parseSeconds(text: string | null | undefined): number | undefined {
  const duration = typeof text === "string" ? parseDuration(text) : undefined;
  return duration === undefined ? undefined : Number(duration.slice(0, -1));
}

/** A job that a change kills, and how long it has run. */
export interface KilledJob {
  readonly id: string;
  readonly state: string;
  readonly seconds: number;
}

/** The unfinished jobs, which an update or delete kills. A waiting job has not run yet. */
export function killedJobs(jobs: readonly JobRow[], now: Date): KilledJob[] {
  return jobs.filter(isUnfinished).map(({ job, state, started }) => {
    const since = started === null ? Number.NaN : Date.parse(started);
    const seconds = Number.isNaN(since) ? 0 : Math.max(0, (now.getTime() - since) / 1000);
    return { id: job.id, state, seconds: Math.round(seconds) };
  });
}
