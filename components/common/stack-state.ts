import * as pulumi from "@pulumi/pulumi";

/** What the state says of each resource, by its URN. */
export type StackState = ReadonlyMap<string, KnownResource>;

/** What a resource stands for, as far as components ask. */
export interface KnownResource {
  readonly name?: unknown;
  /** Of a Kubernetes object. */
  readonly namespace?: unknown;
  /** Of a component: whether it only reads what it is about, which is somebody else's. */
  readonly existing?: boolean;
  /** The Pachyderm project of a repo or pipeline. */
  readonly project?: unknown;
  /** Of a pipeline: whether its output repo stays when it is deleted. */
  readonly keepRepoOnDelete?: boolean;
  /** Of a use case: whether its data repo stays when it leaves the stack; undefined: not noted yet. */
  readonly dataStays?: boolean;
}

/** https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/backend/backend.go, GetStackResourceOutputs */
type Answer = Readonly<Record<string, { readonly outputs?: Outputs }>>;

interface Outputs {
  readonly name?: unknown;
  readonly existing?: unknown;
  readonly project?: unknown;
  readonly keepRepoOnDelete?: unknown;
  readonly dataStays?: unknown;
  readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown };
}

/** One for each run of the program, whose stack the key is. */
const states = new WeakMap<object, Promise<StackState | undefined>>();

/** The stack's state before this run; undefined where it can't be read. Asked for once. */
export function readStackState(): Promise<StackState | undefined> {
  const stack = pulumi.runtime.getStackResource();
  if (stack === undefined) return Promise.resolve(undefined);
  const known = states.get(stack) ?? ask();
  states.set(stack, known);
  return known;
}

/** The engine's own function, which stack references are made of, too. */
async function ask(): Promise<StackState | undefined> {
  try {
    const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
      stackName: pulumi.getStack(),
    });
    if (outputs === undefined) return undefined;
    // nothing of it but names is kept: among the outputs are secrets
    return new Map(
      Object.entries(outputs as Answer).map(([urn, resource]) => [
        urn,
        describe(resource.outputs ?? {}),
      ]),
    );
  } catch (error) {
    void pulumi.log.warn(
      `names that are taken on the cluster show only in the update: the stack's state cannot be read: ${(error as Error).message}`,
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
  };
}

/** A thing that a resource makes, and who answers for it. */
export interface PlannedThing {
  readonly type: string;
  /** The resource's name. */
  readonly resource: string;
  readonly name: string;
  /** Of a Kubernetes object. */
  readonly namespace?: string;
  /** The name of the component that may have only read the thing until now. */
  readonly reader?: string;
}

/** Whether the state has the thing under this resource: then it is updated, or replaced in place. */
export function isOwn(state: StackState, thing: PlannedThing): boolean {
  const { type, resource, name, namespace, reader } = thing;
  const end = `${type}::${resource}`;
  return [...state].some(([urn, own]) => {
    if (!urn.endsWith(end) || own.name !== name) return false;
    if (namespace !== undefined && own.namespace !== namespace) return false;
    // under the URN of the stack's own is also what was only read
    const component = `${urn.slice(0, -`$${end}`.length)}::${reader}`;
    return reader === undefined || !state.get(component)?.existing;
  });
}
