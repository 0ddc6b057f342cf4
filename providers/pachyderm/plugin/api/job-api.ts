import { orUndefined, READ } from "./calls";
import type { CallOptions, Client } from "./client";
import type { ObjectRef } from "./object-ref";

/** A job as ListJob shows it: pachyderm/pachyderm src/pps/pps.proto, JobInfo. Counts are 64 bits, so strings. */
export interface JobInfo {
  readonly job: {
    readonly pipeline: { readonly project: { readonly name: string }; readonly name: string };
    readonly id: string;
  };
  readonly pipelineVersion: string;
  /** `JOB_` and CREATED, STARTING, RUNNING, EGRESSING, FINISHING, SUCCESS, FAILURE, KILLED or UNRUNNABLE. */
  readonly state: string;
  readonly reason: string;
  readonly dataProcessed: string;
  readonly dataSkipped: string;
  readonly dataFailed: string;
  readonly dataRecovered: string;
  readonly dataTotal: string;
  /** Sums over the datums that were processed; null before any work. */
  readonly stats: JobStats | null;
  /** RFC 3339 with nanoseconds, like the next two. */
  readonly created: string;
  /** Null until the job starts. */
  readonly started: string | null;
  readonly finished: string | null;
  /** Present only on request. */
  readonly details?: { readonly salt?: string } | null;
}

export interface JobStats {
  /** Such as `0.072662742s`. */
  readonly downloadTime: string | null;
  readonly processTime: string | null;
  readonly uploadTime: string | null;
  readonly downloadBytes: string;
  readonly uploadBytes: string;
}

/** A datum as ListDatum shows it: src/pps/pps.proto, DatumInfo. */
export interface DatumInfo {
  readonly datum: { readonly id: string };
  /** Its files, one from each input. */
  readonly data: readonly {
    readonly file: { readonly path: string };
    readonly sizeBytes: string;
    readonly hash: string;
  }[];
}

/** Which jobs to list, the newest first. */
export interface JobFilter {
  /** Only jobs of this pipeline. Default: the jobs of all pipelines in `projects`. */
  readonly pipeline?: ObjectRef;
  readonly projects?: readonly string[];
  /** Only jobs in one of these states. Default: any. */
  readonly states?: readonly string[];
  /** Whether to include jobs of the pipeline's earlier versions. Default: false. */
  readonly allVersions?: boolean;
  /** The maximum number of jobs, at which the server stops. Default: all. */
  readonly number?: number;
}

/** The calls about jobs and their datums. */
export class JobApi {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The jobs; undefined if the pipeline does not exist. */
  list(filter: JobFilter, options: CallOptions = READ): Promise<JobInfo[] | undefined> {
    const { pipeline, projects, states, allVersions, number } = filter;
    // the server filters before it counts, and jq's names are those of the messages: only
    // one-word fields have one spelling in all versions
    const jqFilter = states?.map((state) => `.state == "${state}"`).join(" or ");
    const request = {
      ...(pipeline && { pipeline: { project: { name: pipeline.project }, name: pipeline.name } }),
      ...(projects && { projects: projects.map((name) => ({ name })) }),
      ...(allVersions && { history: "-1" }),
      ...(jqFilter && { jqFilter: `select(${jqFilter})` }),
      ...(number !== undefined && { number: String(number) }),
    };
    return orUndefined(this.#client.list("pps_v2.API/ListJob", request, options));
  }

  /** A job with its details; undefined if it does not exist. */
  inspect(
    { project, name }: ObjectRef,
    id: string,
    options: CallOptions = READ,
  ): Promise<JobInfo | undefined> {
    const job = { pipeline: { project: { name: project }, name }, id };
    const request = { job, details: true };
    return orUndefined(this.#client.call("pps_v2.API/InspectJob", request, options));
  }

  /** The datums of a job, including the skipped ones. */
  datumsOfJob(
    { project, name }: ObjectRef,
    id: string,
    options: CallOptions = READ,
  ): Promise<DatumInfo[]> {
    const job = { pipeline: { project: { name: project }, name }, id };
    return this.#client.list("pps_v2.API/ListDatum", { job }, options);
  }

  /** The datums that a job of a pipeline with this input would have now. */
  datumsOfInput(input: object, options: CallOptions = READ): Promise<DatumInfo[]> {
    return this.#client.list("pps_v2.API/ListDatum", { input }, options);
  }
}
