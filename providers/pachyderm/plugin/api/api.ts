import { AuthApi } from "./auth-api";
import { BranchApi } from "./branch-api";
import { orUndefined, READ } from "./calls";
import type { CallOptions, Client } from "./client";
import type { Deadline } from "./deadline";
import { JobApi } from "./job-api";
import type { ObjectRef } from "./object-ref";
import { ProjectApi } from "./project-api";

export type { ObjectRef };

/** A pipeline as Pachyderm shows it: pachyderm/pachyderm src/pps/pps.proto, PipelineInfo. */
export interface PipelineInfo {
  /** 64 bits, so a string. */
  readonly version: string;
  readonly stopped: boolean;
  /** `PIPELINE_` and STARTING, RUNNING, RESTARTING, FAILURE, PAUSED, STANDBY or CRASHING. */
  readonly state: string;
  /** Why the pipeline is in FAILURE or CRASHING. */
  readonly reason: string;
  /** The spec as it was sent; empty for pipelines created before 2.8. */
  readonly userSpecJson: string;
  /** The spec with the cluster's and project's defaults. */
  readonly effectiveSpecJson: string;
  /** The spec as the workers see it; only present on request. */
  readonly details: Readonly<Record<string, unknown>> | null;
}

/** A pipeline's or repo's reference in messages. */
export interface PipelineName {
  readonly project: { readonly name: string };
  readonly name: string;
}

/** A pipeline in a list, which always has details. */
export interface ListedPipeline extends PipelineInfo {
  readonly pipeline: PipelineName;
  /** How many workers it has while it runs jobs. 64 bits, so a string. */
  readonly parallelism: string;
}

export interface RepoInfo {
  readonly description: string;
  readonly details: { readonly sizeBytes: string } | null;
}

/** A repo in a list. */
export interface ListedRepo extends Omit<RepoInfo, "details"> {
  readonly repo: PipelineName;
  /** ISO 8601. */
  readonly created: string;
  /** 64 bits, so a string. */
  readonly sizeBytesUpperBound: string;
  readonly branches: readonly { readonly name: string }[];
}

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
}

/**
 * The calls of Pachyderm's API that the provider needs, with workarounds for the server's pitfalls.
 */
export class Api {
  readonly auth: AuthApi;
  readonly branches: BranchApi;
  readonly jobs: JobApi;
  readonly projects: ProjectApi;

  constructor(readonly client: Client) {
    this.auth = new AuthApi(client);
    this.branches = new BranchApi(client);
    this.jobs = new JobApi(client);
    this.projects = new ProjectApi(client);
  }

  version(options: CallOptions = READ): Promise<Version> {
    return this.client.call("versionpb_v2.API/GetVersion", {}, options);
  }

  async clusterId(options: CallOptions = READ): Promise<string> {
    const info = await this.client.call<{ id: string }>("admin_v2.API/InspectCluster", {}, options);
    return info.id;
  }

  /**
   * The pipeline, or undefined if it does not exist. Details are included on request, and for
   * pipelines created before 2.8, which have no user spec.
   */
  async inspectPipeline(
    ref: ObjectRef,
    options: { readonly details?: boolean } = {},
  ): Promise<PipelineInfo | undefined> {
    const inspect = (details: boolean) =>
      orUndefined(
        this.client.call<PipelineInfo>(
          "pps_v2.API/InspectPipeline",
          { pipeline: pipelineOf(ref), details },
          READ,
        ),
      );
    const pipeline = await inspect(options.details ?? false);
    if (options.details) return pipeline;
    return pipeline?.userSpecJson === "" ? await inspect(true) : pipeline;
  }

  /** All pipelines of all projects that the token may see, with their details. */
  listPipelines(options: CallOptions = READ): Promise<ListedPipeline[]> {
    return this.client.list("pps_v2.API/ListPipeline", { details: true }, options);
  }

  /** Creates a pipeline, or with `update` replaces its spec, which always restarts the workers. */
  async createPipeline(
    createPipelineRequestJson: string,
    options: { update?: boolean; reprocess?: boolean } = {},
    callOptions?: CallOptions,
  ): Promise<void> {
    await this.client.call(
      "pps_v2.API/CreatePipelineV2",
      { createPipelineRequestJson, ...options },
      callOptions,
    );
  }

  /** Starts a stopped pipeline; succeeds if it is not stopped, so the call may be repeated. */
  async startPipeline(pipeline: ObjectRef, deadline?: Deadline): Promise<void> {
    await this.client.call(
      "pps_v2.API/StartPipeline",
      { pipeline: pipelineOf(pipeline) },
      { ...READ, deadline },
    );
  }

  /** Stops a pipeline; succeeds if it is already stopped, so the call may be repeated. */
  async stopPipeline(pipeline: ObjectRef, deadline?: Deadline): Promise<void> {
    await this.client.call(
      "pps_v2.API/StopPipeline",
      { pipeline: pipelineOf(pipeline), mustExist: true },
      { ...READ, deadline },
    );
  }

  /** Deletes a pipeline; succeeds if it does not exist, so the call may be repeated. */
  async deletePipeline(
    pipeline: ObjectRef,
    options: { keepRepo: boolean; force: boolean },
    deadline?: Deadline,
  ): Promise<void> {
    await this.client.call(
      "pps_v2.API/DeletePipeline",
      { pipeline: pipelineOf(pipeline), ...options },
      { ...READ, deadline },
    );
  }

  /** The repo, or undefined if it does not exist. */
  inspectRepo(repo: ObjectRef, options: CallOptions = READ): Promise<RepoInfo | undefined> {
    return orUndefined(
      this.client.call<RepoInfo>("pfs_v2.API/InspectRepo", { repo: repoOf(repo) }, options),
    );
  }

  /** The repos of all projects that the token may see, with the output repos of pipelines. */
  listRepos(options: CallOptions = READ): Promise<ListedRepo[]> {
    return this.client.list("pfs_v2.API/ListRepo", { type: "user" }, options);
  }

  async createRepo(
    repo: ObjectRef,
    options: { description: string; update?: boolean },
    callOptions?: CallOptions,
  ): Promise<void> {
    await this.client.call(
      "pfs_v2.API/CreateRepo",
      { repo: repoOf(repo), ...options },
      callOptions,
    );
  }

  /**
   * Deletes a repo. False means that it does not exist or that permission is missing: Pachyderm's
   * response is the same in both cases (src/server/pfs/server/server_repo.go, canDeleteRepo).
   */
  async deleteRepo(
    repo: ObjectRef,
    options: { force: boolean },
    deadline?: Deadline,
  ): Promise<boolean> {
    const answer = await this.client.call<{ deleted: boolean }>(
      "pfs_v2.API/DeleteRepo",
      { repo: repoOf(repo), ...options },
      { ...READ, deadline },
    );
    return answer.deleted;
  }

  /** Starts a transaction: calls in it are validated, and take effect only when it is finished. */
  async startTransaction(): Promise<string> {
    const answer = await this.client.call<{ id: string }>(
      "transaction_v2.API/StartTransaction",
      {},
    );
    return answer.id;
  }

  async deleteTransaction(id: string, options: CallOptions): Promise<void> {
    await this.client.call(
      "transaction_v2.API/DeleteTransaction",
      { transaction: { id } },
      options,
    );
  }
}

function pipelineOf({ project, name }: ObjectRef) {
  return { project: { name: project }, name };
}

/** Without the type, inspect and delete return 500: invalid enum. */
function repoOf({ project, name }: ObjectRef) {
  return { project: { name: project }, name, type: "user" };
}
