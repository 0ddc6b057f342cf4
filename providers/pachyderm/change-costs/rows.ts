/** What Pachyderm's lists say of pipelines, jobs and datums, as far as costs depend on it. */
import type { Value, ValueMap } from "../../kit/values";

/** A pipeline or repo. */
export interface PipelineRef {
  readonly project: string;
  readonly name: string;
}

/** One of ListJob's, of which the newest comes first. Counts are 64 bits, so strings. */
export interface JobRow {
  readonly job: { readonly id: string };
  readonly pipelineVersion: string;
  readonly state: string;
  readonly reason: string;
  readonly dataProcessed: string;
  readonly dataSkipped: string;
  readonly dataTotal: string;
  readonly dataRecovered?: string;
  /** Sums over the datums that were processed; null before any work. */
  readonly stats: {
    readonly downloadTime: string | null;
    readonly processTime: string | null;
    readonly uploadTime: string | null;
  } | null;
  readonly created: string;
  readonly started: string | null;
  readonly finished: string | null;
  /** Only where they were asked for. */
  readonly details?: { readonly salt?: string } | null;
}

/** One of ListDatum's, of a job or of an input that no job has had yet. */
export interface DatumRow {
  readonly datum: { readonly id: string };
  /** Of a job's: SUCCESS, SKIPPED, FAILED, RECOVERED and the like. */
  readonly state?: string;
  /** Its files, one of each input. */
  readonly data: readonly {
    readonly file: { readonly path: string };
    readonly sizeBytes: string;
    readonly hash: string;
  }[];
}

/** One of ListPipeline's, with details. */
export interface PipelineRow {
  readonly pipeline: { readonly project: { readonly name: string }; readonly name: string };
  readonly version?: string;
  readonly stopped?: boolean;
  readonly lastJobState?: string;
  readonly parallelism?: string;
  /** Null for those whose spec may not be read. */
  readonly details?: {
    readonly input?: Value;
    readonly outputBranch?: string;
    readonly egress?: ValueMap | null;
    readonly service?: ValueMap | null;
    readonly spout?: ValueMap | null;
    readonly s3Out?: boolean;
    readonly reprocessSpec?: string;
    readonly salt?: string;
  } | null;
}

const UNFINISHED = new Set([
  "JOB_CREATED",
  "JOB_STARTING",
  "JOB_RUNNING",
  "JOB_EGRESSING",
  "JOB_FINISHING",
]);

/** Whether an update or delete of its pipeline kills the job. */
export function isUnfinished({ state }: { readonly state: string }): boolean {
  return UNFINISHED.has(state);
}

export function formatRef({ project, name }: PipelineRef): string {
  return `${project}/${name}`;
}
