// Generated from fields.ts by generate-types.ts: edit that table, not this file.
// Both of Pachyderm's spellings of each field are accepted, even mixed in one spec. null removes a
// default that the cluster or the project sets; Pachyderm refuses it for lists and maps.
import type * as pulumi from "@pulumi/pulumi";

type Optional<T> = pulumi.Input<T | null>;

/** A pipeline spec: https://docs.pachyderm.com/latest/build-dags/pipeline-spec/ */
export interface PipelineSpec {
  /** The pipeline's name and project. */
  readonly pipeline: pulumi.Input<PipelineName>;
  /** A description of what the pipeline does. */
  readonly description?: Optional<string>;
  /** The code that the workers run, and its environment. */
  readonly transform?: Optional<Transform>;
  /** The data that the pipeline reads. Exactly one kind of input. */
  readonly input?: Optional<Input>;
  /** How many workers run. Default: one. */
  readonly parallelismSpec?: Optional<ParallelismSpec>;
  /** Other spelling of parallelismSpec. */
  readonly parallelism_spec?: Optional<ParallelismSpec>;
  /**
   * Which datums a job processes again: with `until_success` (default) those that have not
   * succeeded yet, with `every_job` all.
   */
  readonly reprocessSpec?: Optional<string>;
  /** Other spelling of reprocessSpec. */
  readonly reprocess_spec?: Optional<string>;
  /** The branch of the output repo that receives the results. Default: `master`. */
  readonly outputBranch?: Optional<string>;
  /** Other spelling of outputBranch. */
  readonly output_branch?: Optional<string>;
  /**
   * Lets the code write its results through Pachyderm's S3 gateway instead of /pfs/out. Cannot be
   * combined with service or spout. Default: false.
   */
  readonly s3Out?: Optional<boolean>;
  /** Other spelling of s3Out. */
  readonly s3_out?: Optional<boolean>;
  /** Where results are also pushed after each job. */
  readonly egress?: Optional<Egress>;
  /** The resources that each worker is guaranteed. */
  readonly resourceRequests?: Optional<ResourceSpec>;
  /** Other spelling of resourceRequests. */
  readonly resource_requests?: Optional<ResourceSpec>;
  /** The maximum resources that each worker may use. */
  readonly resourceLimits?: Optional<ResourceSpec>;
  /** Other spelling of resourceLimits. */
  readonly resource_limits?: Optional<ResourceSpec>;
  /** The resources that each worker's storage sidecar is guaranteed. */
  readonly sidecarResourceRequests?: Optional<ResourceSpec>;
  /** Other spelling of sidecarResourceRequests. */
  readonly sidecar_resource_requests?: Optional<ResourceSpec>;
  /** The maximum resources that each worker's storage sidecar may use. */
  readonly sidecarResourceLimits?: Optional<ResourceSpec>;
  /** Other spelling of sidecarResourceLimits. */
  readonly sidecar_resource_limits?: Optional<ResourceSpec>;
  /** How datums are grouped into tasks for the workers. */
  readonly datumSetSpec?: Optional<DatumSetSpec>;
  /** Other spelling of datumSetSpec. */
  readonly datum_set_spec?: Optional<DatumSetSpec>;
  /** How long one datum may take. Default: no limit. */
  readonly datumTimeout?: Optional<string>;
  /** Other spelling of datumTimeout. */
  readonly datum_timeout?: Optional<string>;
  /** How many times a datum is tried before the job fails. Default: 3. */
  readonly datumTries?: Optional<number | string>;
  /** Other spelling of datumTries. */
  readonly datum_tries?: Optional<number | string>;
  /** How long one job may take. Default: no limit. */
  readonly jobTimeout?: Optional<string>;
  /** Other spelling of jobTimeout. */
  readonly job_timeout?: Optional<string>;
  /**
   * Scales the workers with the pending work, down to zero. Cannot be combined with spout. Default:
   * false.
   */
  readonly autoscaling?: Optional<boolean>;
  /**
   * Raises an alert if an autoscaling pipeline is up for longer than this. Requires autoscaling.
   * Since Pachyderm 2.9.
   */
  readonly maximumExpectedUptime?: Optional<string>;
  /** Other spelling of maximumExpectedUptime. */
  readonly maximum_expected_uptime?: Optional<string>;
  /** Runs the code as a network service on the input's data. */
  readonly service?: Optional<Service>;
  /** Runs the code continuously, to ingest data from outside. */
  readonly spout?: Optional<Spout>;
  /** Which nodes the workers run on. */
  readonly schedulingSpec?: Optional<SchedulingSpec>;
  /** Other spelling of schedulingSpec. */
  readonly scheduling_spec?: Optional<SchedulingSpec>;
  /** The node taints that the workers tolerate. */
  readonly tolerations?: pulumi.Input<pulumi.Input<Toleration>[]>;
  /** Annotations and labels of the workers' Kubernetes objects. */
  readonly metadata?: Optional<Metadata>;
  /** Deprecated: use podPatch. A Kubernetes pod spec, merged into the workers'. */
  readonly podSpec?: Optional<string | object>;
  /** Other spelling of podSpec. */
  readonly pod_spec?: Optional<string | object>;
  /**
   * A JSON patch (RFC 6902) for the workers' pod spec: a list of operations, or that list as a JSON
   * string.
   */
  readonly podPatch?: Optional<string | object>;
  /** Other spelling of podPatch. */
  readonly pod_patch?: Optional<string | object>;
  /**
   * Part of the hashes that identify processed datums. Pachyderm picks a random one and ignores
   * changes: to process everything again, use the `reprocess` argument.
   */
  readonly salt?: Optional<string>;
  /** The code's access to Determined. */
  readonly determined?: Optional<Determined>;
}

/** The name of a pipeline. Changing the name or the project creates a different pipeline. */
export interface PipelineName {
  /**
   * The name of the pipeline and of its output repo: letters, digits, `_` and `-`, at most 51
   * characters, and at most 58 together with the project's name.
   */
  readonly name: pulumi.Input<string>;
  /** The project. Default: the provider's project. */
  readonly project?: Optional<Project>;
}

/** A Pachyderm project. */
export interface Project {
  /** The project's name. */
  readonly name?: Optional<string>;
}

/** The code that the workers run, and its environment. */
export interface Transform {
  /** The container image. Default: that of the project or the cluster, otherwise `ubuntu:20.04`. */
  readonly image?: Optional<string>;
  /** The command and its arguments. */
  readonly cmd?: pulumi.Input<pulumi.Input<string>[]>;
  /** The lines that the command reads from its standard input. */
  readonly stdin?: pulumi.Input<pulumi.Input<string>[]>;
  /** Environment variables. Every Pachyderm user can read them: use `secrets` for secrets. */
  readonly env?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Kubernetes Secrets, as environment variables or as files. */
  readonly secrets?: pulumi.Input<pulumi.Input<SecretMount>[]>;
  /** The names of the Kubernetes Secrets for pulling the image. */
  readonly imagePullSecrets?: pulumi.Input<pulumi.Input<string>[]>;
  /** Other spelling of imagePullSecrets. */
  readonly image_pull_secrets?: pulumi.Input<pulumi.Input<string>[]>;
  /** The command to run for a failed datum; if it exits with 0, the job continues. */
  readonly errCmd?: pulumi.Input<pulumi.Input<string>[]>;
  /** Other spelling of errCmd. */
  readonly err_cmd?: pulumi.Input<pulumi.Input<string>[]>;
  /** The lines that `errCmd` reads from its standard input. */
  readonly errStdin?: pulumi.Input<pulumi.Input<string>[]>;
  /** Other spelling of errStdin. */
  readonly err_stdin?: pulumi.Input<pulumi.Input<string>[]>;
  /** Exit codes other than 0 that count as success. */
  readonly acceptReturnCode?: pulumi.Input<pulumi.Input<number | string>[]>;
  /** Other spelling of acceptReturnCode. */
  readonly accept_return_code?: pulumi.Input<pulumi.Input<number | string>[]>;
  /** Enables debug logging in the workers. Default: false. */
  readonly debug?: Optional<boolean>;
  /** The user, by name or ID, that runs the command. Default: the image's. */
  readonly user?: Optional<string>;
  /** The working directory of the command. Default: the image's. */
  readonly workingDir?: Optional<string>;
  /** Other spelling of workingDir. */
  readonly working_dir?: Optional<string>;
  /** The path of the Dockerfile that the image is built from. */
  readonly dockerfile?: Optional<string>;
  /** Keeps the downloaded data in memory. Default: false. */
  readonly memoryVolume?: Optional<boolean>;
  /** Other spelling of memoryVolume. */
  readonly memory_volume?: Optional<boolean>;
  /** Starts the command once for many datums; the command requests each of them. Default: false. */
  readonly datumBatching?: Optional<boolean>;
  /** Other spelling of datumBatching. */
  readonly datum_batching?: Optional<boolean>;
}

/** A Kubernetes Secret in Pachyderm's namespace, as an environment variable or as files. */
export interface SecretMount {
  /** The Secret's name. It must exist before the pipeline. */
  readonly name: pulumi.Input<string>;
  /** The key in the Secret that provides the value of `envVar`. */
  readonly key?: Optional<string>;
  /** The environment variable to set. Requires `key`. */
  readonly envVar?: Optional<string>;
  /** Other spelling of envVar. */
  readonly env_var?: Optional<string>;
  /** The directory to mount the Secret in, with one file per key. */
  readonly mountPath?: Optional<string>;
  /** Other spelling of mountPath. */
  readonly mount_path?: Optional<string>;
}

/** How many workers run. */
export interface ParallelismSpec {
  /** The number of workers. Default: 1. A service allows only 1. */
  readonly constant?: Optional<number | string>;
}

/** Where results are also pushed after each job. */
export interface Egress {
  /** A bucket and path, such as `s3://bucket/dir`. The older form of objectStorage. */
  readonly URL?: Optional<string>;
  /** An object store. Cannot be combined with sqlDatabase. */
  readonly objectStorage?: Optional<ObjectStorageEgress>;
  /** Other spelling of objectStorage. */
  readonly object_storage?: Optional<ObjectStorageEgress>;
  /** A SQL database. Cannot be combined with objectStorage. */
  readonly sqlDatabase?: Optional<SqlDatabaseEgress>;
  /** Other spelling of sqlDatabase. */
  readonly sql_database?: Optional<SqlDatabaseEgress>;
}

/** Pushes results to an object store. */
export interface ObjectStorageEgress {
  /** A bucket and path, such as `gs://bucket/dir`. */
  readonly url?: Optional<string>;
}

/** Pushes results into a SQL database. */
export interface SqlDatabaseEgress {
  /** The database, such as `snowflake://user@account/db/schema?warehouse=W`. */
  readonly url?: Optional<string>;
  /** The format of the result files. */
  readonly fileFormat?: Optional<SqlFileFormat>;
  /** Other spelling of fileFormat. */
  readonly file_format?: Optional<SqlFileFormat>;
  /** The Kubernetes Secret that holds the database's password. */
  readonly secret: pulumi.Input<SqlSecret>;
}

/** The format of files that are pushed to a SQL database. */
export interface SqlFileFormat {
  /** The format. */
  readonly type?: Optional<"UNKNOWN" | "CSV" | "JSON" | "PARQUET" | number>;
  /** The column names, if the format does not include them. */
  readonly columns?: pulumi.Input<pulumi.Input<string>[]>;
}

/** A key of a Kubernetes Secret. */
export interface SqlSecret {
  /** The Secret's name. */
  readonly name: pulumi.Input<string>;
  /** The key in the Secret. */
  readonly key: pulumi.Input<string>;
}

/** Amounts of resources. Pachyderm ignores quantities that it cannot parse. */
export interface ResourceSpec {
  /** The number of CPUs, such as 0.5. */
  readonly cpu?: Optional<number | string>;
  /** A Kubernetes quantity of bytes, such as `256Mi` or `4G`. */
  readonly memory?: Optional<string>;
  /** The GPUs. */
  readonly gpu?: Optional<GpuSpec>;
  /** A Kubernetes quantity of bytes of ephemeral storage, such as `10Gi`. */
  readonly disk?: Optional<string>;
}

/** A number of GPUs. */
export interface GpuSpec {
  /** The resource's name in Kubernetes, such as `nvidia.com/gpu`. */
  readonly type?: Optional<string>;
  /** The number of GPUs. */
  readonly number?: Optional<number | string>;
}

/** What the pipeline reads: exactly one of these. */
export interface Input {
  /** A branch of a repo. */
  readonly pfs?: Optional<PfsInput>;
  /** Every combination of the inputs' datums. */
  readonly cross?: pulumi.Input<pulumi.Input<Input>[]>;
  /** Combinations of datums whose `joinOn` keys match. */
  readonly join?: pulumi.Input<pulumi.Input<Input>[]>;
  /** Datums grouped by their `groupBy` key. */
  readonly group?: pulumi.Input<pulumi.Input<Input>[]>;
  /** The datums of all of the inputs, in any order. */
  readonly union?: pulumi.Input<pulumi.Input<Input>[]>;
  /** A schedule. */
  readonly cron?: Optional<CronInput>;
}

/** A branch of a repo as input. */
export interface PfsInput {
  /** The repo. It must exist. */
  readonly repo: pulumi.Input<string>;
  /** The repo's project. Default: the pipeline's own. */
  readonly project?: Optional<string>;
  /** The name of the directory in /pfs for the data. Default: the repo's name. */
  readonly name?: Optional<string>;
  /**
   * Splits the branch into datums: each file or directory that matches is one. `/` makes the whole
   * branch one datum, `/*` each top-level entry. Required; with s3 it must be `/`.
   */
  readonly glob?: Optional<string>;
  /** The branch. Default: `master`. Created if it does not exist. */
  readonly branch?: Optional<string>;
  /** The kind of repo: `user` (default), `meta` or `spec`. */
  readonly repoType?: Optional<string>;
  /** Other spelling of repoType. */
  readonly repo_type?: Optional<string>;
  /** In a join: the key, built from the glob's capture groups, such as `$1`. */
  readonly joinOn?: Optional<string>;
  /** Other spelling of joinOn. */
  readonly join_on?: Optional<string>;
  /** In a join: keeps datums without a match. Default: false. */
  readonly outerJoin?: Optional<boolean>;
  /** Other spelling of outerJoin. */
  readonly outer_join?: Optional<boolean>;
  /** In a group: the key, built from the glob's capture groups, such as `$1`. */
  readonly groupBy?: Optional<string>;
  /** Other spelling of groupBy. */
  readonly group_by?: Optional<string>;
  /** Downloads a file when it is opened. Default: false. */
  readonly lazy?: Optional<boolean>;
  /** Provides the files without their contents. Default: false. */
  readonly emptyFiles?: Optional<boolean>;
  /** Other spelling of emptyFiles. */
  readonly empty_files?: Optional<boolean>;
  /**
   * Provides the data through Pachyderm's S3 gateway instead of files in /pfs. Cannot be combined
   * with lazy or emptyFiles, nor used inside join, group or union. Default: false.
   */
  readonly s3?: Optional<boolean>;
  /** When new data is processed. Default: on every commit. */
  readonly trigger?: Optional<Trigger>;
  /** Makes the input available without adding datums. Since Pachyderm 2.12. */
  readonly reference?: Optional<boolean>;
  /** Whether new data starts jobs. Since Pachyderm 2.12. */
  readonly propagationSpec?: Optional<PropagationSpec>;
  /** Other spelling of propagationSpec. */
  readonly propagation_spec?: Optional<PropagationSpec>;
}

/** When the pipeline's branch moves to the latest commit of the branch that it follows. */
export interface Trigger {
  /** The branch to follow. Default: `master`. */
  readonly branch?: Optional<string>;
  /** Whether all of the conditions must hold, rather than any of them. Default: false. */
  readonly all?: Optional<boolean>;
  /** A cron expression: triggers at most this often. */
  readonly rateLimitSpec?: Optional<string>;
  /** Other spelling of rateLimitSpec. */
  readonly rate_limit_spec?: Optional<string>;
  /** Triggers after this much new data, such as `10MB`. */
  readonly size?: Optional<string>;
  /** Triggers after this many new commits. */
  readonly commits?: Optional<number | string>;
  /** A cron expression: triggers at these times. */
  readonly cronSpec?: Optional<string>;
  /** Other spelling of cronSpec. */
  readonly cron_spec?: Optional<string>;
}

/** Whether new commits on an input start jobs. */
export interface PropagationSpec {
  /** New commits on this input do not start jobs. Default: false. */
  readonly never?: Optional<boolean>;
}

/** A schedule as input: each tick writes a file with the time to the input's own repo. */
export interface CronInput {
  /** The name of the directory in /pfs for the ticks. */
  readonly name: pulumi.Input<string>;
  /** Five cron fields, a word such as `@daily`, `@every 1h30m`, or `@never`. */
  readonly spec: pulumi.Input<string>;
  /** The repo for the ticks. Default: `<pipeline>_<name>`. */
  readonly repo?: Optional<string>;
  /** The repo's project. Default: the pipeline's own. */
  readonly project?: Optional<string>;
  /** Keeps only the latest tick. Default: false. */
  readonly overwrite?: Optional<boolean>;
  /** The time from which ticks are counted. Default: the time when the pipeline is created. */
  readonly start?: Optional<string>;
}

/** A Kubernetes Service in front of the pipeline's one worker. */
export interface Service {
  /** The port that the code listens on. */
  readonly internalPort?: Optional<number | string>;
  /** Other spelling of internalPort. */
  readonly internal_port?: Optional<number | string>;
  /** The port that clients use; for NodePort, from 30000 to 32767. */
  readonly externalPort?: Optional<number | string>;
  /** Other spelling of externalPort. */
  readonly external_port?: Optional<number | string>;
  /** The address of the Service. Default: chosen by Kubernetes. */
  readonly ip?: Optional<string>;
  /** `ClusterIP`, `LoadBalancer` or `NodePort` (default). */
  readonly type?: Optional<string>;
}

/** A pipeline that ingests data from outside, without an input. */
export interface Spout {
  /** Makes the spout reachable over the network. */
  readonly service?: Optional<Service>;
}

/** How datums are grouped into tasks for the workers. */
export interface DatumSetSpec {
  /** Datums per task. */
  readonly number?: Optional<number | string>;
  /** Bytes of input per task, roughly. */
  readonly sizeBytes?: Optional<number | string>;
  /** Other spelling of sizeBytes. */
  readonly size_bytes?: Optional<number | string>;
  /** Tasks per worker. Cannot be combined with number or sizeBytes. */
  readonly perWorker?: Optional<number | string>;
  /** Other spelling of perWorker. */
  readonly per_worker?: Optional<number | string>;
}

/** Which nodes the workers run on. */
export interface SchedulingSpec {
  /** The labels that a node must have. */
  readonly nodeSelector?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Other spelling of nodeSelector. */
  readonly node_selector?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** The Kubernetes priority class of the workers. */
  readonly priorityClassName?: Optional<string>;
  /** Other spelling of priorityClassName. */
  readonly priority_class_name?: Optional<string>;
}

/** Annotations and labels of the workers' Kubernetes objects. */
export interface Metadata {
  /** Annotations. */
  readonly annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Labels. */
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** A node taint that the workers tolerate. */
export interface Toleration {
  /** The taint's key. Default: every key. */
  readonly key?: Optional<string>;
  /** `EXISTS` or `EQUAL`. */
  readonly operator: pulumi.Input<"EXISTS" | "EQUAL" | number>;
  /** The taint's value, for `EQUAL`. */
  readonly value?: Optional<string>;
  /** The taint's effect. Default: all. */
  readonly effect?: Optional<
    "ALL_EFFECTS" | "NO_SCHEDULE" | "PREFER_NO_SCHEDULE" | "NO_EXECUTE" | number
  >;
  /** With `NO_EXECUTE`: how long to tolerate the taint. Default: forever. */
  readonly tolerationSeconds?: Optional<number | string>;
  /** Other spelling of tolerationSeconds. */
  readonly toleration_seconds?: Optional<number | string>;
}

/** The code's access to Determined. */
export interface Determined {
  /** The Determined workspaces that the pipeline may use. */
  readonly workspaces?: pulumi.Input<pulumi.Input<string>[]>;
}
