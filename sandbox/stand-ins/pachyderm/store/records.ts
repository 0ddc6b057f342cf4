import type { Json } from "../spec/json";
import type { Timeline } from "../timeline";

/**
 * What the server keeps. Records are plain JSON and never changed in place: a change puts a new
 * record under the same key, so that a scratch copy of the tables costs nothing.
 */
export interface Tables {
  /** Key: name of the value. */
  cluster: Json;
  /** Key: project. */
  projects: ProjectRecord;
  /** Key: `project/repo`, `project/repo.spec`, `project/repo.meta`. */
  repos: RepoRecord;
  /** Key: `project/repo@branch`. */
  branches: BranchRecord;
  /** Key: `project/repo@id`. */
  commits: CommitRecord;
  /** Key: `project/pipeline`. */
  pipelines: PipelineRecord;
  /** Key: `project/pipeline@version`. */
  pipelineVersions: PipelineVersionRecord;
  /** Key: `project/pipeline@job`. */
  jobs: JobRecord;
  /** Key: transaction id. */
  transactions: TransactionRecord;
  /** Key: `TYPE:name`; who holds which roles on the resource. */
  roleBindings: Readonly<Record<string, readonly string[]>>;
  /** Key: the token. */
  tokens: TokenRecord;
}

export const TABLES = [
  "cluster",
  "projects",
  "repos",
  "branches",
  "commits",
  "pipelines",
  "pipelineVersions",
  "jobs",
  "transactions",
  "roleBindings",
  "tokens",
] as const satisfies readonly (keyof Tables)[];

export interface ProjectRecord {
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  readonly createdBy: string;
  /** Defaults of the project's pipelines, as set (JSON text). */
  readonly defaultsJson: string;
}

export type RepoType = "user" | "spec" | "meta";

export interface RepoRecord {
  readonly project: string;
  readonly name: string;
  readonly type: RepoType;
  readonly description: string;
  readonly createdAt: number;
  readonly branches: readonly string[];
}

/** What is kept of a branch besides its name, which its repo lists. */
export interface BranchRecord {
  /** The id of the commit that it points to. */
  readonly head: string;
  /** A pfs_v2.Trigger: the branch of the same repo that it follows, and when. */
  readonly trigger: Readonly<Record<string, Json>> | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly createdBy: string;
}

export interface CommitRecord {
  readonly repo: string;
  readonly branch: string;
  readonly id: string;
  readonly finished: boolean;
}

export type PipelineState =
  | "PIPELINE_STARTING"
  | "PIPELINE_RUNNING"
  | "PIPELINE_RESTARTING"
  | "PIPELINE_FAILURE"
  | "PIPELINE_PAUSED"
  | "PIPELINE_STANDBY"
  | "PIPELINE_CRASHING";

export interface PipelineRecord {
  readonly project: string;
  readonly name: string;
  readonly version: number;
  readonly stopped: boolean;
  readonly timeline: Timeline<PipelineState>;
  /** The branches that its output branch is made from (`project/repo@branch`); none while stopped. */
  readonly provenance: readonly string[];
  /** The ids of its jobs, of all its versions, the oldest first. */
  readonly jobs: readonly string[];
  readonly createdAt: number;
}

export interface PipelineVersionRecord {
  readonly version: number;
  readonly specCommit: string;
  readonly updatedAt: number;
  readonly createdBy: string;
  readonly salt: string;
  /** The spec that is in force: a CreatePipelineRequest with defaults, names and branches filled in. */
  readonly spec: Readonly<Record<string, Json>>;
  readonly userSpecJson: string;
  readonly effectiveSpecJson: string;
}

export type JobState =
  | "JOB_CREATED"
  | "JOB_STARTING"
  | "JOB_RUNNING"
  | "JOB_SUCCESS"
  | "JOB_KILLED";

export interface JobRecord {
  readonly project: string;
  readonly pipeline: string;
  readonly id: string;
  readonly pipelineVersion: number;
  readonly outputBranch: string;
  readonly timeline: Timeline<JobState>;
}

export interface TransactionRecord {
  readonly id: string;
  readonly startedAt: number;
  readonly requests: readonly TransactionRequest[];
}

/** One call of a transaction: `name` is a field of transaction_v2.TransactionRequest. */
export interface TransactionRequest {
  readonly name: string;
  readonly subject: string;
  readonly request: Json;
}

export interface TokenRecord {
  readonly subject: string;
  /** Unix time in milliseconds; null: never. */
  readonly expiresAt: number | null;
}
