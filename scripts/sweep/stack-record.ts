import { isBlock } from "../../config/stack-file";
import { EXPIRES_LABEL } from "../../program/stack-mark";
import {
  clusterIdsIn,
  parseState,
  resourcesIn,
  type StateResource,
  knownText as text,
} from "../exported-state";
import { idFromInputs } from "../resource-ids";
import { containerOf, type Kind, keyOf } from "./things";

/** The facts about a stack from its state. */
export interface StackRecord {
  /** The keys of objects that the stack owns or reads, see `keyOf`. */
  readonly owned: ReadonlySet<string>;
  /** The last day on which it is needed. */
  readonly expires?: string | undefined;
  /** Whether any of its resources is protected, so that it cannot be destroyed. */
  readonly isProtected: boolean;
  /** How many resources it has, without components and providers. */
  readonly resources: number;
  /** The UIDs of the Kubernetes clusters and the ids of the Pachyderm clusters that it is on. */
  readonly kubernetes: readonly string[];
  readonly pachyderm: readonly string[];
}

/** The kind of object that a resource of each type in the state is. */
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
 * Parses the output of `pulumi stack export`. Objects that a running or interrupted update was
 * about to create count as owned.
 *
 * @throws Error if it is not a deployment: nothing must then be considered as left behind.
 */
export function readStackRecord(json: string, stack: string): StackRecord {
  const state = parseState(json, stack);
  const pending = state.deployment.pending_operations ?? [];
  const resources = [...resourcesIn(state), ...pending.map(({ resource }) => resource)];
  const days = resources.flatMap(({ inputs = {} }) => expiryIn(inputs)).sort();
  return {
    owned: new Set(resources.flatMap((resource) => keysOf(resource, resources))),
    expires: days.at(-1),
    resources: resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:")).length,
    isProtected: resources.some(({ protect }) => protect === true),
    kubernetes: clusterIdsIn(resources, "seldon:"),
    pachyderm: clusterIdsIn(resources, "pachyderm:"),
  };
}

/**
 * The keys of a resource's object, by id and by inputs (a resource that is being created has no
 * id), and of its container: a namespace that contains an object of a live stack must be kept.
 */
function keysOf(resource: StateResource, resources: readonly StateResource[]): string[] {
  const { type, inputs = {} } = resource;
  if (resource.custom !== true) return [];
  const kind = KINDS[type];
  const found: { kind: Kind; id: string }[] = [];
  if (kind !== undefined) {
    const ids = [text(resource.id), idFromInputs(resource, resources) ?? ""];
    found.push(...ids.map((id) => ({ kind, id })));
  } else if (type.startsWith("kubernetes:")) {
    found.push(...namespaceOf(inputs));
  } else if (type.startsWith("gcp:storage/")) {
    found.push({ kind: "bucket", id: text(inputs.bucket) });
  }
  return found
    .filter(({ id }) => id !== "")
    .flatMap((thing) => [keyOf(thing), containerOf(thing) ?? []].flat());
}

/** The namespace of a Kubernetes object of another kind; empty if it has none. */
function namespaceOf({
  metadata,
}: Readonly<Record<string, unknown>>): { kind: Kind; id: string }[] {
  const namespace = isBlock(metadata) ? text(metadata.namespace) : "";
  return namespace === "" ? [] : [{ kind: "namespace", id: namespace }];
}

function expiryIn({ metadata }: Readonly<Record<string, unknown>>): string[] {
  const labels = isBlock(metadata) && isBlock(metadata.labels) ? metadata.labels : {};
  const day = labels[EXPIRES_LABEL];
  return typeof day === "string" ? [day] : [];
}
