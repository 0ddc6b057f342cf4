import type { DatumFile } from "../datums/datum";
import type { Json } from "../spec/json";
import type { Timeline } from "../timeline";

/**
 * The server's data. Records are plain JSON and never changed in place: a change puts a new record
 * under the same key, so that a scratch copy of the tables costs nothing.
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
  /**
   * Key: the hash of the content, which is base64. They are removed with the last repo that has
   * them.
   */
  contents: string;
  /** Key: `project/pipeline`. */
  pipelines: PipelineRecord;
  /** Key: `project/pipeline@version`. */
  pipelineVersions: PipelineVersionRecord;
  /** Key: `project/pipeline@job`. */
  jobs: JobRecord;
  /** Key: transaction id. */
  transactions: TransactionRecord;
  /** Key: `TYPE:name`. The value has the roles of each principal on the resource. */
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
  "contents",
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

/** The data of a branch besides its name, which its repo lists. */
export interface BranchRecord {
  /** The id of the commit that it points to. */
  readonly head: string;
  /** A pfs_v2.Trigger: the branch of the same repo that it follows, and when. */
  readonly trigger: Readonly<Record<string, Json>> | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly createdBy: string;
}

/** A file of a commit. A path has several records if several datums wrote it. */
export interface FileRecord {
  readonly path: string;
  /** The datum that wrote it; `default`: a client. */
  readonly datum: string;
  readonly size: number;
  /** What was written, in order: keys of `contents`. */
  readonly parts: readonly string[];
}

/** Optional fields are missing in records of older stand-ins. */
export interface CommitRecord {
  /** For an output commit, which also represents the meta repo's commit, the user repo. */
  readonly repo: string;
  readonly branch: string;
  readonly id: string;
  readonly finished: boolean;
  /** All files, including those of earlier commits, by path. */
  readonly files?: readonly FileRecord[];
  /** The id of the commit before it. */
  readonly parent?: string | null;
  readonly startedAt?: number;
  /**
   * When finishing begins. Set once it is known, which may be before that time; for an output
   * commit, once its job runs.
   */
  readonly finishingAt?: number;
  readonly finishedAt?: number;
  readonly error?: string;
  /** Whether the error is from its validation; its files then still count. */
  readonly isInvalid?: boolean;
  /** Of an output commit: the commits that it is made from, by branch. */
  readonly sources?: Readonly<Record<string, string>>;
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
  /** The provenance of its output branch (`project/repo@branch`); empty while stopped. */
  readonly provenance: readonly string[];
  /** The ids of its jobs of all versions, oldest first. */
  readonly jobs: readonly string[];
  readonly createdAt: number;
}

export interface PipelineVersionRecord {
  readonly version: number;
  readonly specCommit: string;
  readonly updatedAt: number;
  readonly createdBy: string;
  readonly salt: string;
  /** The current spec: a CreatePipelineRequest with defaults, names and branches filled in. */
  readonly spec: Readonly<Record<string, Json>>;
  readonly userSpecJson: string;
  readonly effectiveSpecJson: string;
}

export type JobState =
  | "JOB_CREATED"
  | "JOB_STARTING"
  | "JOB_RUNNING"
  | "JOB_EGRESSING"
  | "JOB_FINISHING"
  | "JOB_SUCCESS"
  | "JOB_FAILURE"
  | "JOB_KILLED"
  | "JOB_UNRUNNABLE";

export interface JobRecord {
  readonly project: string;
  readonly pipeline: string;
  readonly id: string;
  readonly pipelineVersion: number;
  readonly outputBranch: string;
  readonly timeline: Timeline<JobState>;
  /** Set once it runs. */
  readonly run?: JobRun;
}

/** What a job does, planned when it begins to run. */
export interface JobRun {
  readonly total: number;
  /** In the order in which they are processed. */
  readonly processed: readonly DatumRecord[];
  readonly skipped: number;
  /** The time at which the skipped ones are counted. */
  readonly skippedAt: number;
  /** The datums that the meta repo lists at the end, by id, including those of earlier jobs. */
  readonly datums: readonly DatumRecord[];
  /** Whether the commit of the meta repo ends without error. */
  readonly metaIsGood: boolean;
}

/** A datum that was processed. */
export interface DatumRecord {
  readonly id: string;
  /** The hash of its files and the salt. */
  readonly hash: string;
  readonly state: "SUCCESS" | "FAILED" | "RECOVERED";
  /** The job that processed it. */
  readonly job: string;
  readonly files: readonly DatumFile[];
  readonly startsAt: number;
  readonly endsAt: number;
  /** The paths that it wrote. */
  readonly outputs: readonly string[];
  readonly uploadBytes: number;
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
