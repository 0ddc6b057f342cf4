/** The parts of Pachyderm's lists of pipelines, jobs and datums that costs depend on. */
import type { Value, ValueMap } from "../../kit/values";

/** A pipeline or repo. */
export interface PipelineRef {
  readonly project: string;
  readonly name: string;
}

/** A job of ListJob, which lists the newest first. Counts have 64 bits and are therefore strings. */
export interface JobRow {
  readonly job: { readonly id: string };
  readonly pipelineVersion: string;
  readonly state: string;
  readonly reason: string;
  readonly dataProcessed: string;
  readonly dataSkipped: string;
  readonly dataTotal: string;
  readonly dataRecovered?: string;
  /** Sums over the processed datums; null before the job has processed any. */
  readonly stats: {
    readonly downloadTime: string | null;
    readonly processTime: string | null;
    readonly uploadTime: string | null;
  } | null;
  readonly created: string;
  readonly started: string | null;
  readonly finished: string | null;
  /** Only if the request asks for them. */
  readonly details?: { readonly salt?: string } | null;
}

/** A datum of ListDatum, of a job or of an input without a job. */
export interface DatumRow {
  readonly datum: { readonly id: string };
  /** For a datum of a job: SUCCESS, SKIPPED, FAILED, RECOVERED and so on. */
  readonly state?: string;
  /** Its files, one for each input. */
  readonly data: readonly {
    readonly file: { readonly path: string };
    readonly sizeBytes: string;
    readonly hash: string;
  }[];
}

/** A pipeline of ListPipeline, with details. */
export interface PipelineRow {
  readonly pipeline: { readonly project: { readonly name: string }; readonly name: string };
  readonly version?: string;
  readonly stopped?: boolean;
  readonly lastJobState?: string;
  readonly parallelism?: string;
  /** Null if the token has no permission to read the spec. */
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
