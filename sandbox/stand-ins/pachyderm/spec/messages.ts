/**
 * The messages of Pachyderm's API that JSON is read into: fields by JSON name, in the order of
 * https://github.com/pachyderm/pachyderm/blob/v2.12.0-rc.3/src/pps/pps.proto (and pfs.proto).
 * Written from the proto files and deliberately not shared with the provider: this is the other
 * side of the wire, and a mistake in the provider's table must not be repeated here.
 */
export type ScalarType =
  | "string"
  | "bool"
  | "int32"
  | "int64"
  | "uint64"
  | "float"
  | "duration"
  | "timestamp";

export interface EnumType {
  readonly kind: "enum";
  /** By number, from zero. */
  readonly names: readonly string[];
}

export interface MessageType {
  readonly kind: "message";
  readonly fields: Readonly<Record<string, Field>>;
  /** Its full name, if messages to clients contain it. */
  readonly name?: string;
  /** Fields of which at most one may be set. */
  readonly oneof?: { readonly name: string; readonly fields: readonly string[] };
}

export type ValueType = ScalarType | EnumType | MessageType;

export interface Field {
  /** A function, because `Input` is recursive. */
  readonly type: () => ValueType;
  readonly shape: "single" | "list" | "map" | "wrapper";
  /** The first minor version 2.x that knows the field. */
  readonly since?: number;
}

type FieldDefinition = ValueType | Field;

export function message(fields: Readonly<Record<string, FieldDefinition>>): MessageType {
  return {
    kind: "message",
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, definition]) => [name, asField(definition)]),
    ),
  };
}

const named = (
  name: string,
  type: MessageType,
  oneof?: { readonly name: string; readonly fields: readonly string[] },
): MessageType => ({ ...type, name: `pps_v2.${name}`, ...(oneof !== undefined && { oneof }) });

function asField(definition: FieldDefinition): Field {
  if (typeof definition === "object" && "shape" in definition) return definition;
  return { type: () => definition, shape: "single" };
}

export const list = (type: ValueType): Field => ({ type: () => type, shape: "list" });
const map = (type: ValueType): Field => ({ type: () => type, shape: "map" });
/** google.protobuf.Int64Value and similar: a scalar that can be absent. */
const wrapper = (type: ValueType): Field => ({ type: () => type, shape: "wrapper" });
const since = (minor: number, definition: FieldDefinition): Field => ({
  ...asField(definition),
  since: minor,
});
export const enumeration = (...names: string[]): EnumType => ({ kind: "enum", names });

export const Project = message({ name: "string" });
export const Repo = message({ name: "string", type: "string", project: Project });
export const Branch = message({ repo: Repo, name: "string" });
export const Commit = message({ repo: Repo, id: "string", branch: Branch });
export const Pipeline = message({ project: Project, name: "string" });
export const Trigger = message({
  branch: "string",
  all: "bool",
  rateLimitSpec: "string",
  size: "string",
  commits: "int64",
  cronSpec: "string",
});
const SecretMount = message({
  name: "string",
  key: "string",
  mountPath: "string",
  envVar: "string",
});
const Transform = named(
  "Transform",
  message({
    image: "string",
    cmd: list("string"),
    errCmd: list("string"),
    env: map("string"),
    secrets: list(SecretMount),
    imagePullSecrets: list("string"),
    stdin: list("string"),
    errStdin: list("string"),
    acceptReturnCode: list("int64"),
    debug: "bool",
    user: "string",
    workingDir: "string",
    dockerfile: "string",
    memoryVolume: "bool",
    datumBatching: "bool",
  }),
);
const PfsInput = message({
  project: "string",
  name: "string",
  repo: "string",
  repoType: "string",
  branch: "string",
  commit: "string",
  glob: "string",
  joinOn: "string",
  outerJoin: "bool",
  groupBy: "string",
  lazy: "bool",
  emptyFiles: "bool",
  s3: "bool",
  trigger: Trigger,
  propagationSpec: since(12, message({ never: "bool" })),
  reference: since(12, "bool"),
});
const CronInput = message({
  name: "string",
  project: "string",
  repo: "string",
  commit: "string",
  spec: "string",
  overwrite: "bool",
  start: "timestamp",
});
const inputs: Field = { type: () => Input, shape: "list" };
export const Input: MessageType = named(
  "Input",
  message({
    pfs: PfsInput,
    join: inputs,
    group: inputs,
    cross: inputs,
    union: inputs,
    cron: CronInput,
  }),
);
const ResourceSpec = message({
  cpu: "float",
  memory: "string",
  gpu: message({ type: "string", number: "int64" }),
  disk: "string",
});
const Service = message({
  internalPort: "int32",
  externalPort: "int32",
  ip: "string",
  type: "string",
});
const SqlDatabaseEgress = named(
  "SQLDatabaseEgress",
  message({
    url: "string",
    fileFormat: named(
      "SQLDatabaseEgress.FileFormat",
      message({
        type: enumeration("UNKNOWN", "CSV", "JSON", "PARQUET"),
        columns: list("string"),
      }),
    ),
    secret: message({ name: "string", key: "string" }),
  }),
);
const Toleration = message({
  key: "string",
  operator: enumeration("EMPTY", "EXISTS", "EQUAL"),
  value: "string",
  effect: enumeration("ALL_EFFECTS", "NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"),
  tolerationSeconds: wrapper("int64"),
});

export const CreatePipelineRequest = named(
  "CreatePipelineRequest",
  message({
    pipeline: Pipeline,
    tfJob: message({ tfJob: "string" }),
    transform: Transform,
    parallelismSpec: message({ constant: "uint64" }),
    egress: named(
      "Egress",
      message({
        URL: "string",
        objectStorage: message({ url: "string" }),
        sqlDatabase: SqlDatabaseEgress,
      }),
      { name: "target", fields: ["objectStorage", "sqlDatabase"] },
    ),
    update: "bool",
    outputBranch: "string",
    s3Out: "bool",
    resourceRequests: ResourceSpec,
    resourceLimits: ResourceSpec,
    sidecarResourceLimits: ResourceSpec,
    input: Input,
    description: "string",
    reprocess: "bool",
    service: Service,
    spout: message({ service: Service }),
    datumSetSpec: message({ number: "int64", sizeBytes: "int64", perWorker: "int64" }),
    datumTimeout: "duration",
    jobTimeout: "duration",
    salt: "string",
    datumTries: "int64",
    schedulingSpec: named(
      "SchedulingSpec",
      message({ nodeSelector: map("string"), priorityClassName: "string" }),
    ),
    podSpec: "string",
    podPatch: "string",
    specCommit: Commit,
    metadata: named("Metadata", message({ annotations: map("string"), labels: map("string") })),
    reprocessSpec: "string",
    autoscaling: "bool",
    tolerations: list(Toleration),
    sidecarResourceRequests: ResourceSpec,
    dryRun: "bool",
    determined: named("Determined", message({ workspaces: list("string") })),
    maximumExpectedUptime: "duration",
  }),
);
