import * as pulumi from "@pulumi/pulumi";

/** What the state contains about each resource, by its URN. */
export type StackState = ReadonlyMap<string, KnownResource>;

/** The properties of a resource that components use. */
export interface KnownResource {
  readonly name?: unknown;
  /** Of a Kubernetes object. */
  readonly namespace?: unknown;
  /** Of a component: whether it only reads an object, which exists outside of the stack. */
  readonly existing?: boolean;
  /** The Pachyderm project of a repo or pipeline. */
  readonly project?: unknown;
  /** Of a pipeline: whether its output repo is kept when it is deleted. */
  readonly keepRepoOnDelete?: boolean;
  /**
   * Of a use case: whether its data repo is kept when it leaves the stack; undefined if not
   * recorded yet.
   */
  readonly dataStays?: boolean;
  /** Of a use case: the same for its further repos, by the names of their resources. */
  readonly repoStays?: Readonly<Record<string, boolean>>;
}

/** https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/backend/backend.go, GetStackResourceOutputs */
type Answer = Readonly<Record<string, { readonly outputs?: Outputs }>>;

interface Outputs {
  readonly name?: unknown;
  readonly existing?: unknown;
  readonly project?: unknown;
  readonly keepRepoOnDelete?: unknown;
  readonly dataStays?: unknown;
  readonly repoStays?: unknown;
  readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown };
}

/** One for each run of the program, by its stack resource. */
const states = new WeakMap<object, Promise<StackState | undefined>>();

/** The stack's state before this run; undefined if it cannot be read. Requested once. */
export function readStackState(): Promise<StackState | undefined> {
  const stack = pulumi.runtime.getStackResource();
  if (stack === undefined) return Promise.resolve(undefined);
  const known = states.get(stack) ?? ask();
  states.set(stack, known);
  return known;
}

/** Calls the engine's function that stack references also use. */
async function ask(): Promise<StackState | undefined> {
  try {
    const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
      stackName: pulumi.getStack(),
    });
    if (outputs === undefined) return undefined;
    // only names are kept, because the outputs contain secrets
    return new Map(
      Object.entries(outputs as Answer).map(([urn, resource]) => [
        urn,
        describe(resource.outputs ?? {}),
      ]),
    );
  } catch (error) {
    void pulumi.log.warn(
      `cannot read the stack's state, so only the update reports names that are already taken on the cluster: ${(error as Error).message}`,
    );
    return undefined;
  }
}

function describe({ name, existing, metadata, ...outputs }: Outputs): KnownResource {
  return {
    name: metadata?.name ?? name,
    namespace: metadata?.namespace,
    existing: existing === true,
    project: outputs.project,
    keepRepoOnDelete: outputs.keepRepoOnDelete === true,
    dataStays: typeof outputs.dataStays === "boolean" ? outputs.dataStays : undefined,
    repoStays: outputs.repoStays as Readonly<Record<string, boolean>> | undefined,
  };
}

/** An object that a resource creates. */
export interface PlannedThing {
  readonly type: string;
  /** The resource's name. */
  readonly resource: string;
  readonly name: string;
  /** Of a Kubernetes object. */
  readonly namespace?: string;
  /** The name of the component that may have only read the object until now. */
  readonly reader?: string;
}

/** Whether the object belongs to this resource in the state: then it is updated or replaced. */
export function isOwn(state: StackState, thing: PlannedThing): boolean {
  const { type, resource, name, namespace, reader } = thing;
  const end = `${type}::${resource}`;
  return [...state].some(([urn, own]) => {
    if (!urn.endsWith(end) || own.name !== name) return false;
    if (namespace !== undefined && own.namespace !== namespace) return false;
    // an object that was only read has the same URN as the stack's own
    const component = `${urn.slice(0, -`$${end}`.length)}::${reader}`;
    return reader === undefined || !state.get(component)?.existing;
  });
}
