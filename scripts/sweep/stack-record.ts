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
 * The keys of a resource's thing, by id and by inputs (a resource that is being created has no id),
 * and of what it is in: a namespace with an object of a live stack in it must stay.
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
    found.push(...objectsOf(inputs));
  } else if (type.startsWith("gcp:storage/")) {
    found.push({ kind: "bucket", id: text(inputs.bucket) });
  }
  return found
    .filter(({ id }) => id !== "")
    .flatMap((thing) => [keyOf(thing), containerOf(thing) ?? []].flat());
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
