import { isBlock } from "../../config/stack-file";
import { EXPIRES_LABEL } from "../../program/stack-mark";
import { UNKNOWN_ON_THE_WIRE } from "../../providers/kit/values";
import { resourceType } from "../preview/preview-json";
import { containerOf, type Kind, keyOf } from "./things";

/** What a stack's state says about it. */
export interface StackRecord {
  /** The keys of what the stack owns or reads, see `keyOf`. */
  readonly owned: ReadonlySet<string>;
  /** The last day on which somebody needs it. */
  readonly expires?: string | undefined;
  /** Whether any of its resources is protected, so that it cannot be destroyed. */
  readonly isProtected: boolean;
  /** How many resources it has, without components and providers. */
  readonly resources: number;
  /** The UIDs of the Kubernetes clusters and the ids of the Pachyderm clusters that it is on. */
  readonly kubernetes: readonly string[];
  readonly pachyderm: readonly string[];
}

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly custom: boolean;
  readonly protect: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** How the id of each type in the state names the thing. */
const KINDS: Readonly<Record<string, Kind>> = {
  "pachyderm:index:Repo": "repo",
  "pachyderm:index:Pipeline": "pipeline",
  "pachyderm:index:Branch": "branch",
  "seldon:index:DeploymentCleanup": "deployment",
  "kubernetes:core/v1:Namespace": "namespace",
  "kubernetes:core/v1:Secret": "secret",
  "kubernetes:core/v1:ServiceAccount": "service account",
  "gcp:storage/bucket:Bucket": "bucket",
};

/**
 * Reads what `pulumi stack export` printed. What an update that is under way or was interrupted was
 * about to create counts as owned.
 *
 * @throws Error if it is not a deployment: nothing may then be considered as left behind.
 */
export function readStackRecord(json: string, stack: string): StackRecord {
  const deployment = deploymentIn(json, stack);
  const known = list(deployment.resources, stack);
  const pending = list(deployment.pending_operations, stack).map((operation) =>
    isBlock(operation) ? operation.resource : undefined,
  );
  const resources = [...known, ...pending].map((resource) => readResource(resource, stack));
  const days = resources.flatMap(({ inputs }) => expiryIn(inputs)).sort();
  return {
    owned: new Set(resources.flatMap((resource) => keysOf(resource, defaultProject(resources)))),
    expires: days.at(-1),
    resources: resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:")).length,
    isProtected: resources.some(({ protect }) => protect),
    kubernetes: clusterIds(resources, "seldon:"),
    pachyderm: clusterIds(resources, "pachyderm:"),
  };
}

function deploymentIn(json: string, stack: string): Readonly<Record<string, unknown>> {
  let exported: unknown;
  try {
    exported = JSON.parse(json);
  } catch {
    exported = undefined;
  }
  const deployment = isBlock(exported) ? exported.deployment : undefined;
  if (!isBlock(deployment)) throw unreadable(stack);
  return deployment;
}

function list(value: unknown, stack: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw unreadable(stack);
  return value;
}

function readResource(resource: unknown, stack: string): Resource {
  if (!isBlock(resource) || typeof resource.urn !== "string") throw unreadable(stack);
  const { urn, id, custom, protect, inputs, outputs } = resource;
  return {
    urn,
    type: resourceType(urn),
    id: text(id),
    custom: custom === true,
    protect: protect === true,
    inputs: isBlock(inputs) ? inputs : {},
    outputs: isBlock(outputs) ? outputs : {},
  };
}

function unreadable(stack: string): Error {
  return new Error(`the state of stack ${stack} is not in a form that this script knows`);
}

/**
 * The keys of a resource's thing, by id and by arguments (a resource that is being created has no id),
 * and of what it is in: a namespace with an object of a live stack in it must stay.
 */
function keysOf(resource: Resource, project: string): string[] {
  const { type, id, inputs, outputs } = resource;
  if (!resource.custom) return [];
  const kind = KINDS[type];
  const found: { kind: Kind; id: string }[] = [];
  if (kind !== undefined) {
    const values = { project, ...outputs, ...inputs };
    found.push(...[id, idFromArguments(kind, values)].map((name) => ({ kind, id: name })));
  } else if (type.startsWith("kubernetes:")) {
    found.push(...objectsOf(inputs));
  } else if (type.startsWith("gcp:storage/")) {
    found.push({ kind: "bucket", id: text(inputs.bucket) });
  }
  return found
    .filter(({ id }) => id !== "")
    .flatMap((thing) => [keyOf(thing), containerOf(thing) ?? []].flat());
}

function idFromArguments(kind: Kind, values: Readonly<Record<string, unknown>>): string {
  const metadata = isBlock(values.metadata) ? values.metadata : {};
  const name = text(values.name) || text(metadata.name) || specName(values.spec);
  if (name === "") return "";
  switch (kind) {
    case "namespace":
    case "bucket":
      return name;
    case "secret":
    case "service account":
      return `${text(metadata.namespace) || "default"}/${name}`;
    case "deployment":
      return `${text(values.namespace)}/${name}`;
    case "branch":
      return `${text(values.project)}/${text(values.repo)}@${name}`;
    case "repo":
    case "pipeline":
      return `${text(values.project)}/${name}`;
  }
}

/** The Pachyderm project of resources that do not set one. */
function defaultProject(resources: readonly Resource[]): string {
  const provider = resources.find(({ type }) => type === "pulumi:providers:pachyderm");
  return text(provider?.inputs.project) || "default";
}

function specName(spec: unknown): string {
  const pipeline = isBlock(spec) ? spec.pipeline : undefined;
  return isBlock(pipeline) ? text(pipeline.name) : "";
}

/** The namespace of an object of another kind. */
function objectsOf({ metadata }: Readonly<Record<string, unknown>>): { kind: Kind; id: string }[] {
  const namespace = isBlock(metadata) ? text(metadata.namespace) : "";
  return namespace === "" ? [] : [{ kind: "namespace", id: namespace }];
}

function expiryIn({ metadata }: Readonly<Record<string, unknown>>): string[] {
  const labels = isBlock(metadata) && isBlock(metadata.labels) ? metadata.labels : {};
  const day = labels[EXPIRES_LABEL];
  return typeof day === "string" ? [day] : [];
}

function clusterIds(resources: readonly Resource[], prefix: string): string[] {
  const ids = resources
    .filter(({ type }) => type.startsWith(prefix))
    .map(({ outputs }) => text(outputs.clusterId));
  return [...new Set(ids.filter((id) => id !== ""))];
}

/** What is encrypted, or not known yet, is not text. */
function text(value: unknown): string {
  return typeof value === "string" && value !== UNKNOWN_ON_THE_WIRE ? value : "";
}
