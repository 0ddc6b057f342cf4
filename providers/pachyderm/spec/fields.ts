/**
 * The pipeline spec as one table: every message and field of Pachyderm's `CreatePipelineRequest`.
 * The accepted names, the type checks, the canonical form, the comparison and the TypeScript types
 * (types.ts) are all derived from it.
 *
 * Sources: `src/pps/pps.proto` and `src/pfs/pfs.proto` in https://github.com/pachyderm/pachyderm
 * (2.8 to 2.12), and https://docs.pachyderm.com/latest/build-dags/pipeline-spec/.
 */

/** What a field holds. Scalars and messages also accept null, which means "not set". */
export type FieldType =
  | { readonly kind: ScalarKind }
  /**
   * One of the names; each name's number in the proto is its index. The first means "not set" in
   * the proto: a required field does not accept it.
   */
  | { readonly kind: "enum"; readonly names: readonly string[]; readonly required?: true }
  /** In an ordered message, the order of every list matters, including unions. */
  | { readonly kind: "message"; readonly message: MessageName; readonly ordered?: true }
  | {
      readonly kind: "list";
      readonly item: FieldType;
      /** A union: the order of its items does not affect the datums. */
      readonly isUnion?: true;
    }
  /** Any keys, each with a string. The keys are the user's own and have no second spelling. */
  | { readonly kind: "map" }
  /** A field of Pachyderm that must not be set here. The reason says what to do instead. */
  | { readonly kind: "refused"; readonly reason: string };

export type ScalarKind =
  | "string"
  | "bool"
  | "int32"
  | "int64"
  | "uint64"
  | "float"
  /** Seconds with the suffix `s`, such as `"90s"` or `"0.5s"`. */
  | "duration"
  /** RFC 3339, such as `"2024-05-01T00:00:00Z"`. */
  | "timestamp"
  /** A string that holds JSON. Users may give the JSON itself instead. */
  | "json";

export interface Field {
  readonly type: FieldType;
  readonly doc: string;
  /** Pachyderm refuses the message without it. */
  readonly required?: true;
  /** A scalar for which 0 differs from "not set" (the proto wraps it). */
  readonly presence?: true;
  /** The strings that Pachyderm accepts, if it accepts only some. */
  readonly values?: readonly string[];
  /** Set if InspectPipeline's details do not contain what was sent. */
  readonly notInDetails?: true;
  /** The first version with the field, if newer than the oldest supported version. */
  readonly since?: Since;
}

/** A minor version of Pachyderm 2. */
export interface Since {
  readonly minor: number;
  /** Inferred from the date of the change, not tested on an older server. */
  readonly inferred?: true;
}

export interface Message {
  readonly doc: string;
  /** By camelCase name. */
  readonly fields: Readonly<Record<string, Field>>;
}

type Extra = Pick<Field, "required" | "presence" | "values" | "notInDetails" | "since">;
const scalar =
  (kind: ScalarKind) =>
  (doc: string, extra: Extra = {}): Field => ({ type: { kind }, doc, ...extra });
const string = scalar("string");
const bool = scalar("bool");
const int32 = scalar("int32");
const int64 = scalar("int64");
const uint64 = scalar("uint64");
const float = scalar("float");
const duration = scalar("duration");
const timestamp = scalar("timestamp");
const json = scalar("json");
const strings = (doc: string): Field => ({
  type: { kind: "list", item: { kind: "string" } },
  doc,
});
const int64s = (doc: string): Field => ({ type: { kind: "list", item: { kind: "int64" } }, doc });
const map = (doc: string): Field => ({ type: { kind: "map" }, doc });
const oneOf = (names: readonly string[], doc: string, extra: Extra = {}): Field => ({
  type: { kind: "enum", names, ...(extra.required && { required: true as const }) },
  doc,
  ...extra,
});
const message = (name: MessageName, doc: string, extra: Extra = {}): Field => ({
  type: { kind: "message", message: name },
  doc,
  ...extra,
});
const messages = (name: MessageName, doc: string): Field => ({
  type: { kind: "list", item: { kind: "message", message: name } },
  doc,
});
const refused = (reason: string): Field => ({ type: { kind: "refused", reason }, doc: reason });

export type MessageName =
  | "PipelineSpec"
  | "PipelineName"
  | "Project"
  | "Transform"
  | "SecretMount"
  | "ParallelismSpec"
  | "Egress"
  | "ObjectStorageEgress"
  | "SqlDatabaseEgress"
  | "SqlFileFormat"
  | "SqlSecret"
  | "ResourceSpec"
  | "GpuSpec"
  | "Input"
  | "PfsInput"
  | "Trigger"
  | "PropagationSpec"
  | "CronInput"
  | "Service"
  | "Spout"
  | "DatumSetSpec"
  | "SchedulingSpec"
  | "Metadata"
  | "Toleration"
  | "Determined";

/** The message type of a whole spec. */
export const ROOT: MessageName = "PipelineSpec";

export const MESSAGES: Readonly<Record<MessageName, Message>> = {
  PipelineSpec: {
    doc: "A pipeline spec: https://docs.pachyderm.com/latest/build-dags/pipeline-spec/",
    fields: {
      pipeline: message("PipelineName", "The pipeline's name and project.", {
        required: true,
        notInDetails: true,
      }),
      description: string("A description of what the pipeline does."),
      transform: message("Transform", "The code that the workers run, and its environment."),
      input: message("Input", "The data that the pipeline reads. Exactly one kind of input."),
      parallelismSpec: message("ParallelismSpec", "How many workers run. Default: one."),
      reprocessSpec: string(
        "Which datums a job processes again: with `until_success` (default) those that have " +
          "not succeeded yet, with `every_job` all.",
        { values: ["until_success", "every_job"] },
      ),
      outputBranch: string(
        "The branch of the output repo that receives the results. Default: `master`.",
      ),
      s3Out: bool(
        "Lets the code write its results through Pachyderm's S3 gateway instead of /pfs/out. " +
          "Cannot be combined with service or spout. Default: false.",
      ),
      egress: message("Egress", "Where results are also pushed after each job."),
      resourceRequests: message("ResourceSpec", "The resources that each worker is guaranteed."),
      resourceLimits: message("ResourceSpec", "The maximum resources that each worker may use."),
      sidecarResourceRequests: message(
        "ResourceSpec",
        "The resources that each worker's storage sidecar is guaranteed.",
      ),
      sidecarResourceLimits: message(
        "ResourceSpec",
        "The maximum resources that each worker's storage sidecar may use.",
      ),
      datumSetSpec: message("DatumSetSpec", "How datums are grouped into tasks for the workers."),
      datumTimeout: duration("How long one datum may take. Default: no limit."),
      datumTries: int64("How many times a datum is tried before the job fails. Default: 3."),
      jobTimeout: duration("How long one job may take. Default: no limit."),
      autoscaling: bool(
        "Scales the workers with the pending work, down to zero. Cannot be combined with " +
          "spout. Default: false.",
      ),
      maximumExpectedUptime: duration(
        "Raises an alert if an autoscaling pipeline is up for longer than this. Requires " +
          "autoscaling. Since Pachyderm 2.9.",
        { since: { minor: 9, inferred: true } },
      ),
      service: message("Service", "Runs the code as a network service on the input's data."),
      spout: message("Spout", "Runs the code continuously, to ingest data from outside."),
      schedulingSpec: message("SchedulingSpec", "Which nodes the workers run on."),
      tolerations: messages("Toleration", "The node taints that the workers tolerate."),
      metadata: message("Metadata", "Annotations and labels of the workers' Kubernetes objects."),
      podSpec: json("Deprecated: use podPatch. A Kubernetes pod spec, merged into the workers'."),
      podPatch: json(
        "A JSON patch (RFC 6902) for the workers' pod spec: a list of operations, or that " +
          "list as a JSON string.",
      ),
      salt: string(
        "Part of the hashes that identify processed datums. Pachyderm picks a random one and " +
          "ignores changes: to process everything again, use the `reprocess` argument.",
        { notInDetails: true },
      ),
      determined: message("Determined", "The code's access to Determined."),
      tfJob: refused("is not supported by Pachyderm: use `transform`"),
      specCommit: refused("is reserved for Pachyderm's own restores: remove it"),
      update: refused("is a request option, not part of a spec: remove it, updates are automatic"),
      reprocess: refused(
        "is a request option, not part of a spec: remove it and set the resource's " +
          "`reprocess` argument",
      ),
      dryRun: refused(
        "is a request option, not part of a spec: remove it and use `pulumi preview`",
      ),
    },
  },
  PipelineName: {
    doc: "The name of a pipeline. Changing the name or the project creates a different pipeline.",
    fields: {
      name: string(
        "The name of the pipeline and of its output repo: letters, digits, `_` and `-`, at " +
          "most 51 characters, and at most 58 together with the project's name.",
        { required: true },
      ),
      project: message("Project", "The project. Default: the provider's project."),
    },
  },
  Project: {
    doc: "A Pachyderm project.",
    fields: { name: string("The project's name.") },
  },
  Transform: {
    doc: "The code that the workers run, and its environment.",
    fields: {
      image: string(
        "The container image. Default: that of the project or the cluster, otherwise " +
          "`ubuntu:20.04`.",
      ),
      cmd: strings("The command and its arguments."),
      stdin: strings("The lines that the command reads from its standard input."),
      env: map(
        "Environment variables. Every Pachyderm user can read them: use `secrets` for secrets.",
      ),
      secrets: messages("SecretMount", "Kubernetes Secrets, as environment variables or as files."),
      imagePullSecrets: strings("The names of the Kubernetes Secrets for pulling the image."),
      errCmd: strings(
        "The command to run for a failed datum; if it exits with 0, the job continues.",
      ),
      errStdin: strings("The lines that `errCmd` reads from its standard input."),
      acceptReturnCode: int64s("Exit codes other than 0 that count as success."),
      debug: bool("Enables debug logging in the workers. Default: false."),
      user: string("The user, by name or ID, that runs the command. Default: the image's."),
      workingDir: string("The working directory of the command. Default: the image's."),
      dockerfile: string("The path of the Dockerfile that the image is built from."),
      memoryVolume: bool("Keeps the downloaded data in memory. Default: false."),
      datumBatching: bool(
        "Starts the command once for many datums; the command requests each of them. " +
          "Default: false.",
      ),
    },
  },
  SecretMount: {
    doc: "A Kubernetes Secret in Pachyderm's namespace, as an environment variable or as files.",
    fields: {
      name: string("The Secret's name. It must exist before the pipeline.", { required: true }),
      key: string("The key in the Secret that provides the value of `envVar`."),
      envVar: string("The environment variable to set. Requires `key`."),
      mountPath: string("The directory to mount the Secret in, with one file per key."),
    },
  },
  ParallelismSpec: {
    doc: "How many workers run.",
    fields: {
      constant: uint64("The number of workers. Default: 1. A service allows only 1."),
    },
  },
  Egress: {
    doc: "Where results are also pushed after each job.",
    fields: {
      URL: string("A bucket and path, such as `s3://bucket/dir`. The older form of objectStorage."),
      objectStorage: message(
        "ObjectStorageEgress",
        "An object store. Cannot be combined with sqlDatabase.",
      ),
      sqlDatabase: message(
        "SqlDatabaseEgress",
        "A SQL database. Cannot be combined with objectStorage.",
      ),
    },
  },
  ObjectStorageEgress: {
    doc: "Pushes results to an object store.",
    fields: { url: string("A bucket and path, such as `gs://bucket/dir`.") },
  },
  SqlDatabaseEgress: {
    doc: "Pushes results into a SQL database.",
    fields: {
      url: string("The database, such as `snowflake://user@account/db/schema?warehouse=W`."),
      fileFormat: message("SqlFileFormat", "The format of the result files."),
      secret: message("SqlSecret", "The Kubernetes Secret that holds the database's password.", {
        required: true,
      }),
    },
  },
  SqlFileFormat: {
    doc: "The format of files that are pushed to a SQL database.",
    fields: {
      type: oneOf(["UNKNOWN", "CSV", "JSON", "PARQUET"], "The format."),
      columns: strings("The column names, if the format does not include them."),
    },
  },
  SqlSecret: {
    doc: "A key of a Kubernetes Secret.",
    fields: {
      name: string("The Secret's name.", { required: true }),
      key: string("The key in the Secret.", { required: true }),
    },
  },
  ResourceSpec: {
    doc: "Amounts of resources. Pachyderm ignores quantities that it cannot parse.",
    fields: {
      cpu: float("The number of CPUs, such as 0.5."),
      memory: string("A Kubernetes quantity of bytes, such as `256Mi` or `4G`."),
      gpu: message("GpuSpec", "The GPUs."),
      disk: string("A Kubernetes quantity of bytes of ephemeral storage, such as `10Gi`."),
    },
  },
  GpuSpec: {
    doc: "A number of GPUs.",
    fields: {
      type: string("The resource's name in Kubernetes, such as `nvidia.com/gpu`."),
      number: int64("The number of GPUs."),
    },
  },
  Input: {
    doc: "What the pipeline reads: exactly one of these.",
    fields: {
      pfs: message("PfsInput", "A branch of a repo."),
      cross: messages("Input", "Every combination of the inputs' datums."),
      join: messages("Input", "Combinations of datums whose `joinOn` keys match."),
      group: messages("Input", "Datums grouped by their `groupBy` key."),
      union: {
        type: { kind: "list", item: { kind: "message", message: "Input" }, isUnion: true },
        doc: "The datums of all of the inputs, in any order.",
      },
      cron: message("CronInput", "A schedule."),
    },
  },
  PfsInput: {
    doc: "A branch of a repo as input.",
    fields: {
      repo: string("The repo. It must exist.", { required: true }),
      project: string("The repo's project. Default: the pipeline's own."),
      name: string("The name of the directory in /pfs for the data. Default: the repo's name."),
      glob: string(
        "Splits the branch into datums: each file or directory that matches is one. `/` " +
          "makes the whole branch one datum, `/*` each top-level entry. Required; with s3 it " +
          "must be `/`.",
      ),
      branch: string("The branch. Default: `master`. Created if it does not exist."),
      repoType: string("The kind of repo: `user` (default), `meta` or `spec`."),
      joinOn: string("In a join: the key, built from the glob's capture groups, such as `$1`."),
      outerJoin: bool("In a join: keeps datums without a match. Default: false."),
      groupBy: string("In a group: the key, built from the glob's capture groups, such as `$1`."),
      lazy: bool("Downloads a file when it is opened. Default: false."),
      emptyFiles: bool("Provides the files without their contents. Default: false."),
      s3: bool(
        "Provides the data through Pachyderm's S3 gateway instead of files in /pfs. Cannot " +
          "be combined with lazy or emptyFiles, nor used inside join, group or union. Default: " +
          "false.",
      ),
      trigger: message("Trigger", "When new data is processed. Default: on every commit."),
      reference: bool("Makes the input available without adding datums. Since Pachyderm 2.12.", {
        since: { minor: 12 },
      }),
      propagationSpec: message(
        "PropagationSpec",
        "Whether new data starts jobs. Since Pachyderm 2.12.",
        {
          since: { minor: 12 },
        },
      ),
      commit: refused("is set by Pachyderm in each job: remove it"),
    },
  },
  Trigger: {
    doc: "When the pipeline's branch moves to the latest commit of the branch that it follows.",
    fields: {
      branch: string("The branch to follow. Default: `master`."),
      all: bool(
        "Whether all of the conditions must hold, rather than any of them. Default: false.",
      ),
      rateLimitSpec: string("A cron expression: triggers at most this often."),
      size: string("Triggers after this much new data, such as `10MB`."),
      commits: int64("Triggers after this many new commits."),
      cronSpec: string("A cron expression: triggers at these times."),
    },
  },
  PropagationSpec: {
    doc: "Whether new commits on an input start jobs.",
    fields: { never: bool("New commits on this input do not start jobs. Default: false.") },
  },
  CronInput: {
    doc: "A schedule as input: each tick writes a file with the time to the input's own repo.",
    fields: {
      name: string("The name of the directory in /pfs for the ticks.", { required: true }),
      spec: string("Five cron fields, a word such as `@daily`, `@every 1h30m`, or `@never`.", {
        required: true,
      }),
      repo: string("The repo for the ticks. Default: `<pipeline>_<name>`."),
      project: string("The repo's project. Default: the pipeline's own."),
      overwrite: bool("Keeps only the latest tick. Default: false."),
      start: timestamp(
        "The time from which ticks are counted. Default: the time when the pipeline is created.",
      ),
      commit: refused("is set by Pachyderm in each job: remove it"),
    },
  },
  Service: {
    doc: "A Kubernetes Service in front of the pipeline's one worker.",
    fields: {
      internalPort: int32("The port that the code listens on."),
      externalPort: int32("The port that clients use; for NodePort, from 30000 to 32767."),
      ip: string("The address of the Service. Default: chosen by Kubernetes."),
      type: string("`ClusterIP`, `LoadBalancer` or `NodePort` (default).", {
        values: ["ClusterIP", "LoadBalancer", "NodePort"],
      }),
    },
  },
  Spout: {
    doc: "A pipeline that ingests data from outside, without an input.",
    fields: { service: message("Service", "Makes the spout reachable over the network.") },
  },
  DatumSetSpec: {
    doc: "How datums are grouped into tasks for the workers.",
    fields: {
      number: int64("Datums per task."),
      sizeBytes: int64("Bytes of input per task, roughly."),
      perWorker: int64("Tasks per worker. Cannot be combined with number or sizeBytes."),
    },
  },
  SchedulingSpec: {
    doc: "Which nodes the workers run on.",
    fields: {
      nodeSelector: map("The labels that a node must have."),
      priorityClassName: string("The Kubernetes priority class of the workers."),
    },
  },
  Metadata: {
    doc: "Annotations and labels of the workers' Kubernetes objects.",
    fields: { annotations: map("Annotations."), labels: map("Labels.") },
  },
  Toleration: {
    doc: "A node taint that the workers tolerate.",
    fields: {
      key: string("The taint's key. Default: every key."),
      operator: oneOf(["EMPTY", "EXISTS", "EQUAL"], "`EXISTS` or `EQUAL`.", { required: true }),
      value: string("The taint's value, for `EQUAL`."),
      effect: oneOf(
        ["ALL_EFFECTS", "NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"],
        "The taint's effect. Default: all.",
      ),
      tolerationSeconds: int64(
        "With `NO_EXECUTE`: how long to tolerate the taint. Default: forever.",
        {
          presence: true,
        },
      ),
    },
  },
  Determined: {
    doc: "The code's access to Determined.",
    fields: { workspaces: strings("The Determined workspaces that the pipeline may use.") },
  },
};

/** The names that an enum field accepts. */
export function acceptedNames({ names, required }: FieldType & { kind: "enum" }): string[] {
  return required ? names.slice(1) : [...names];
}

/** The field's name in the proto, Pachyderm's second spelling: `errCmd` is `err_cmd`. */
export function snakeCase(camelCase: string): string {
  if (camelCase === "URL") return camelCase;
  return camelCase.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * The camelCase name of the field that a key spells, or undefined if the message has no such field.
 */
export function fieldName(message: MessageName, key: string): string | undefined {
  return SPELLINGS[message]?.get(key);
}

const SPELLINGS: Readonly<Record<string, ReadonlyMap<string, string>>> = Object.fromEntries(
  Object.entries(MESSAGES).map(([name, { fields }]) => [
    name,
    new Map(
      Object.keys(fields).flatMap((field) => [
        [field, field],
        [snakeCase(field), field],
      ]),
    ),
  ]),
);

/** The fields of a pipeline spec in camelCase, without those that Pachyderm refuses in it. */
export function specFieldNames(): string[] {
  const { fields } = MESSAGES[ROOT];
  return Object.keys(fields).filter((name) => fields[name]?.type.kind !== "refused");
}

/** The strings that a field accepts; the table must list them. */
export function acceptedTexts(message: MessageName, field: string): readonly string[] {
  const { values } = MESSAGES[message].fields[field] ?? {};
  if (values === undefined) throw new Error(`${message}.${field} accepts any string`);
  return values;
}

/** The field of a pipeline spec that a key means in either spelling, or undefined. */
export function specFieldName(key: string): string | undefined {
  return fieldName(ROOT, key);
}
