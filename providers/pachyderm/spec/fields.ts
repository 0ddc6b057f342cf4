/**
 * The pipeline spec as one table: every message and field of Pachyderm's `CreatePipelineRequest`.
 * The names accepted, the checks of types, the canonical form, the comparison and the TypeScript
 * types (types.ts) all come from here.
 *
 * Sources: `src/pps/pps.proto` and `src/pfs/pfs.proto` in https://github.com/pachyderm/pachyderm
 * (2.8 to 2.12), and https://docs.pachyderm.com/latest/build-dags/pipeline-spec/.
 */

/** What a field holds. Scalars and messages also take null, which means "not set". */
export type FieldType =
  | { readonly kind: ScalarKind }
  /**
   * One of the names; each name's number in the proto is its index. The first is what the proto
   * takes for "not set": a required field does not accept it.
   */
  | { readonly kind: "enum"; readonly names: readonly string[]; readonly required?: true }
  /** In an ordered message, the order of every list matters, that of unions too. */
  | { readonly kind: "message"; readonly message: MessageName; readonly ordered?: true }
  | {
      readonly kind: "list";
      readonly item: FieldType;
      /** A union: another order of its items changes no datum. */
      readonly isUnion?: true;
    }
  /** Any keys, each with a text. The keys are the user's own and have no second spelling. */
  | { readonly kind: "map" }
  /** A field of Pachyderm's that may not be set here. The reason says what to do instead. */
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
  /** A text that holds JSON. Users may give the JSON itself instead. */
  | "json";

export interface Field {
  readonly type: FieldType;
  readonly doc: string;
  /** Pachyderm refuses the message without it. */
  readonly required?: true;
  /** A scalar of which 0 and "not set" differ (the proto wraps it). */
  readonly presence?: true;
  /** The first version with the field, where that is newer than the oldest supported one. */
  readonly since?: Since;
}

/** A minor version of Pachyderm 2. */
export interface Since {
  readonly minor: number;
  /** Concluded from the date of the change, not tried on an older server. */
  readonly inferred?: true;
}

export interface Message {
  readonly doc: string;
  /** By camelCase name. */
  readonly fields: Readonly<Record<string, Field>>;
}

type Extra = Pick<Field, "required" | "presence" | "since">;
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

/** The message that a whole spec is. */
export const ROOT: MessageName = "PipelineSpec";

export const MESSAGES: Readonly<Record<MessageName, Message>> = {
  PipelineSpec: {
    doc: "A pipeline spec: https://docs.pachyderm.com/latest/build-dags/pipeline-spec/",
    fields: {
      pipeline: message("PipelineName", "The pipeline's name and project.", { required: true }),
      description: string("What the pipeline does, in words."),
      transform: message("Transform", "The code that the workers run, and its environment."),
      input: message("Input", "The data that the pipeline reads. Exactly one kind of input."),
      parallelismSpec: message("ParallelismSpec", "How many workers run. Default: one."),
      reprocessSpec: string(
        "Which datums a job processes again: `until_success` (default) those that have not " +
          "succeeded yet, `every_job` all.",
      ),
      outputBranch: string("The branch of the output repo that results go to. Default: `master`."),
      s3Out: bool(
        "Lets the code write its results through Pachyderm's S3 gateway instead of /pfs/out. " +
          "Not with service or spout. Default: false.",
      ),
      egress: message("Egress", "Where else results are pushed to after each job."),
      resourceRequests: message("ResourceSpec", "What each worker is guaranteed."),
      resourceLimits: message("ResourceSpec", "What each worker may use at most."),
      sidecarResourceRequests: message(
        "ResourceSpec",
        "What each worker's storage sidecar is guaranteed.",
      ),
      sidecarResourceLimits: message(
        "ResourceSpec",
        "What each worker's storage sidecar may use at most.",
      ),
      datumSetSpec: message("DatumSetSpec", "How datums are grouped into tasks for the workers."),
      datumTimeout: duration("How long one datum may take. Default: no limit."),
      datumTries: int64("How often a datum is tried before the job fails. Default: 3."),
      jobTimeout: duration("How long one job may take. Default: no limit."),
      autoscaling: bool(
        "Scales the workers with the work that waits, down to none. Not with spout. " +
          "Default: false.",
      ),
      maximumExpectedUptime: duration(
        "Raises an alert when an autoscaling pipeline is up for longer. Needs autoscaling. " +
          "Pachyderm 2.9.",
        { since: { minor: 9, inferred: true } },
      ),
      service: message("Service", "Runs the code as a network service on the input's data."),
      spout: message("Spout", "Runs the code forever, to take in data from outside."),
      schedulingSpec: message("SchedulingSpec", "Which nodes the workers run on."),
      tolerations: messages("Toleration", "The node taints that the workers tolerate."),
      metadata: message("Metadata", "Annotations and labels of the workers' Kubernetes objects."),
      podSpec: json("Deprecated, use podPatch. A Kubernetes pod spec, merged into the workers'."),
      podPatch: json(
        "A JSON patch (RFC 6902) to the workers' pod spec: a list of operations, or that list as " +
          "JSON text.",
      ),
      salt: string(
        "Enters the hashes that tell which datums were processed. Pachyderm picks a random one, " +
          "and ignores a change: to process everything again, use the `reprocess` argument.",
      ),
      determined: message("Determined", "Access of the code to Determined."),
      tfJob: refused("Pachyderm does not support TFJobs; use `transform`"),
      specCommit: refused("belongs to Pachyderm's own restores; remove it"),
      update: refused("is a request, not part of a spec: remove it, updates happen by themselves"),
      reprocess: refused(
        "is a request, not part of a spec: remove it and set the resource's `reprocess` argument",
      ),
      dryRun: refused("is a request, not part of a spec: remove it, use `pulumi preview`"),
    },
  },
  PipelineName: {
    doc: "The name of a pipeline. Another name or project means another pipeline.",
    fields: {
      name: string(
        "The pipeline's name and that of its output repo: letters, digits, `_` and `-`, at most " +
          "51 characters, and at most 58 together with the project's name.",
        { required: true },
      ),
      project: message("Project", "The project. Default: the provider's."),
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
        "The container image. Default: the project's or the cluster's, else `ubuntu:20.04`.",
      ),
      cmd: strings("The command and its arguments."),
      stdin: strings("The lines that the command reads from its standard input."),
      env: map(
        "Environment variables. Every Pachyderm user can read them: use `secrets` for secrets.",
      ),
      secrets: messages("SecretMount", "Kubernetes Secrets, as variables or as files."),
      imagePullSecrets: strings("The names of the Kubernetes Secrets for pulling the image."),
      errCmd: strings("The command for a datum that failed; with exit code 0 the job goes on."),
      errStdin: strings("The lines that `errCmd` reads from its standard input."),
      acceptReturnCode: int64s("Exit codes, besides 0, that count as success."),
      debug: bool("Makes the worker's log more detailed. Default: false."),
      user: string("The user, by name or number, that runs the command. Default: the image's."),
      workingDir: string("The directory that the command starts in. Default: the image's."),
      dockerfile: string("The path of the Dockerfile that the image is built from."),
      memoryVolume: bool("Keeps the downloaded data in memory. Default: false."),
      datumBatching: bool(
        "Starts the command once for many datums; it then asks for each. Default: false.",
      ),
    },
  },
  SecretMount: {
    doc: "A Kubernetes Secret in Pachyderm's namespace, as a variable or as files.",
    fields: {
      name: string("The Secret's name. It must exist before the pipeline.", { required: true }),
      key: string("The key in the Secret that `envVar` gets its value from."),
      envVar: string("The environment variable to set. Needs `key`."),
      mountPath: string("The directory to mount the Secret's keys in, one file each."),
    },
  },
  ParallelismSpec: {
    doc: "How many workers run.",
    fields: {
      constant: uint64("The number of workers. Default: 1. A service allows only 1."),
    },
  },
  Egress: {
    doc: "Where else results are pushed to after each job.",
    fields: {
      URL: string("A bucket and path, such as `s3://bucket/dir`. Older form of objectStorage."),
      objectStorage: message("ObjectStorageEgress", "An object store. Not with sqlDatabase."),
      sqlDatabase: message("SqlDatabaseEgress", "A SQL database. Not with objectStorage."),
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
    doc: "The format of files that go to a SQL database.",
    fields: {
      type: oneOf(["UNKNOWN", "CSV", "JSON", "PARQUET"], "The format."),
      columns: strings("The columns' names, for formats that have none."),
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
    doc: "Amounts of resources. Pachyderm ignores quantities that it can't read.",
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
      number: int64("How many."),
    },
  },
  Input: {
    doc: "What the pipeline reads: exactly one of these.",
    fields: {
      pfs: message("PfsInput", "A branch of a repo."),
      cross: messages("Input", "Every combination of the inputs' datums."),
      join: messages("Input", "Combinations of datums whose `joinOn` match."),
      group: messages("Input", "Datums put together by equal `groupBy`."),
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
      name: string("The directory in /pfs that the data is under. Default: the repo's name."),
      glob: string(
        "Cuts the branch into datums: each file or directory that matches is one. `/` makes all " +
          "of it one datum, `/*` each entry at the top. Required; with s3 it must be `/`.",
      ),
      branch: string("The branch. Default: `master`. Made if it does not exist."),
      repoType: string("The kind of repo: `user` (default), `meta` or `spec`."),
      joinOn: string("In a join: the key, built from the glob's capture groups, such as `$1`."),
      outerJoin: bool("In a join: keeps datums without partner. Default: false."),
      groupBy: string("In a group: the key, built from the glob's capture groups, such as `$1`."),
      lazy: bool("Downloads a file when it is opened. Default: false."),
      emptyFiles: bool("Presents the files without their contents. Default: false."),
      s3: bool(
        "Gives the data through Pachyderm's S3 gateway instead of files in /pfs. Not with lazy " +
          "or emptyFiles, nor inside join, group or union. Default: false.",
      ),
      trigger: message("Trigger", "When new data is processed. Default: at every commit."),
      reference: bool("Makes the input available without its own datums. Pachyderm 2.12.", {
        since: { minor: 12 },
      }),
      propagationSpec: message("PropagationSpec", "Whether new data starts jobs. Pachyderm 2.12.", {
        since: { minor: 12 },
      }),
      commit: refused("is set by Pachyderm in each job; remove it"),
    },
  },
  Trigger: {
    doc: "When the pipeline's branch moves to the newest commit of the branch it follows.",
    fields: {
      branch: string("The branch to follow. Default: `master`."),
      all: bool("Whether all of the conditions must hold, not just one. Default: false."),
      rateLimitSpec: string("A cron expression: at most as often as this."),
      size: string("After this much new data, such as `10MB`."),
      commits: int64("After this many new commits."),
      cronSpec: string("A cron expression: at these times."),
    },
  },
  PropagationSpec: {
    doc: "Whether new commits on an input start jobs.",
    fields: { never: bool("New commits on this input start no job. Default: false.") },
  },
  CronInput: {
    doc: "A schedule as input: each tick is a file with the time, in a repo of its own.",
    fields: {
      name: string("The directory in /pfs that the tick is under.", { required: true }),
      spec: string("Five cron fields, `@daily` and the like, `@every 1h30m`, or `@never`.", {
        required: true,
      }),
      repo: string("The repo of the ticks. Default: `<pipeline>_<name>`."),
      project: string("The repo's project. Default: the pipeline's own."),
      overwrite: bool("Keeps only the latest tick. Default: false."),
      start: timestamp("The time from which ticks count. Default: when the pipeline is made."),
      commit: refused("is set by Pachyderm in each job; remove it"),
    },
  },
  Service: {
    doc: "A Kubernetes Service in front of the pipeline's one worker.",
    fields: {
      internalPort: int32("The port that the code listens on."),
      externalPort: int32("The port that clients use; for NodePort within 30000 to 32767."),
      ip: string("The address of the Service. Default: chosen by Kubernetes."),
      type: string("`ClusterIP`, `LoadBalancer` or `NodePort` (default)."),
    },
  },
  Spout: {
    doc: "A pipeline that takes in data from outside, without input.",
    fields: { service: message("Service", "Makes the spout reachable over the network.") },
  },
  DatumSetSpec: {
    doc: "How datums are grouped into tasks for the workers.",
    fields: {
      number: int64("Datums per task."),
      sizeBytes: int64("Bytes of input per task, roughly."),
      perWorker: int64("Tasks per worker. Not with number or sizeBytes."),
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
      tolerationSeconds: int64("With `NO_EXECUTE`: for how long. Default: forever.", {
        presence: true,
      }),
    },
  },
  Determined: {
    doc: "Access of the code to Determined.",
    fields: { workspaces: strings("The Determined workspaces that the pipeline may use.") },
  },
};

/** The names that an enum field accepts. */
export function acceptedNames({ names, required }: FieldType & { kind: "enum" }): string[] {
  return required ? names.slice(1) : [...names];
}

/** The name that the proto gives the field, Pachyderm's second spelling: `errCmd` is `err_cmd`. */
export function snakeCase(camelCase: string): string {
  if (camelCase === "URL") return camelCase;
  return camelCase.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The camelCase name of the field that a key spells, or undefined if the message has none such. */
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

/** The field of a pipeline spec that a key means in either spelling, or undefined. */
export function specFieldName(key: string): string | undefined {
  return fieldName(ROOT, key);
}
