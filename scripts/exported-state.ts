/** A stack's state, as `pulumi stack export` prints it. */
import { isBlock } from "../config/stack-file";
import { UNKNOWN_ON_THE_WIRE } from "../providers/kit/values";

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  /** Whether a provider manages it; components are not custom. */
  readonly custom?: boolean;
  /** Whether it was only read. */
  readonly external?: boolean;
  readonly protect?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** `URN::ID` of its provider. */
  readonly provider?: string;
}

/** An operation of an update that is running or was killed. */
export interface PendingOperation {
  readonly resource: StateResource;
  readonly type: string;
}

export interface State {
  readonly version: number;
  readonly deployment: {
    readonly resources?: readonly StateResource[] | null;
    readonly pending_operations?: readonly PendingOperation[] | null;
  };
}

/** The version of the format that the CLI writes. */
const VERSION = 3;

/**
 * Parses the output of the CLI. All of it is kept, so that the state can be imported again.
 *
 * @throws Error if it is not a deployment
 */
export function parseState(exported: string, stack: string): State {
  let state: unknown;
  try {
    state = JSON.parse(exported);
  } catch {
    // the message of the parser would quote the state
  }
  if (!isState(state)) {
    throw new Error(
      `the state of stack ${stack} has an unsupported format (${describeVersion(state)}; expected ` +
        `version ${VERSION} with a list of resources): check the output of \`pulumi stack export ` +
        `--stack ${stack}\`, and use a Pulumi CLI that this version of the program supports`,
    );
  }
  return state;
}

function describeVersion(state: unknown): string {
  const version = isBlock(state) ? state.version : undefined;
  return typeof version === "number" ? `version ${version}` : "no version";
}

function isState(state: unknown): state is State {
  if (!isBlock(state) || !isBlock(state.deployment)) return false;
  const { resources, pending_operations: pending } = state.deployment;
  return (
    isListOf(resources, isResource) &&
    isListOf(pending, (operation) => isBlock(operation) && isResource(operation.resource))
  );
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.every(isItem));
}

function isResource(value: unknown): boolean {
  if (!isBlock(value) || typeof value.urn !== "string" || typeof value.type !== "string")
    return false;
  return [value.inputs, value.outputs].every((part) => part === undefined || isBlock(part));
}

export function resourcesIn({ deployment }: State): readonly StateResource[] {
  return deployment.resources ?? [];
}

/** The ids of the clusters of resources whose type has this prefix. */
export function clusterIdsIn(
  resources: readonly StateResource[],
  typePrefix: string,
): readonly string[] {
  const ids = resources
    .filter(({ type }) => type.startsWith(typePrefix))
    .map(({ outputs }) => knownText(outputs?.clusterId));
  return [...new Set(ids.filter((id) => id !== ""))];
}

/** The string; "" for a value that is encrypted, not known yet, or not a string. */
export function knownText(value: unknown): string {
  return typeof value === "string" && value !== UNKNOWN_ON_THE_WIRE ? value : "";
}
