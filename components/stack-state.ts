import * as pulumi from "@pulumi/pulumi";

/** The names of Kubernetes objects in the state, by URN of their resource. */
export type StackState = ReadonlyMap<string, ObjectMetadata>;

/** https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/backend/backend.go, GetStackResourceOutputs */
type Answer = Readonly<
  Record<string, { readonly outputs?: { readonly metadata?: ObjectMetadata } }>
>;

interface ObjectMetadata {
  readonly name?: unknown;
  readonly namespace?: unknown;
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
        resource.outputs?.metadata ?? {},
      ]),
    );
  } catch (error) {
    void pulumi.log.warn(
      `names that are taken on the cluster show only in the update: the stack's state cannot be read: ${(error as Error).message}`,
    );
    return undefined;
  }
}
