import { clusterIdsIn, parseState, resourcesIn, type StateResource } from "../../exported-state";

/** The resources of a stack, from `pulumi stack export`. */
export class StackState {
  readonly #resources: readonly StateResource[];

  /** @throws Error if it is not a deployment */
  constructor(exported: string, stack: string) {
    this.#resources = resourcesIn(parseState(exported, stack));
  }

  /** How many resources the stack has, providers and the stack itself included. */
  get size(): number {
    return this.#resources.length;
  }

  /** Whether the stack owns the object that a resource of this type has under this id. */
  owns(type: string, id: string): boolean {
    return this.#resources.some(
      (resource) => resource.type === type && resource.id === id && resource.external !== true,
    );
  }

  /** The id of the cluster of resources whose type has this prefix; undefined if there are none. */
  clusterId(typePrefix: string): string | undefined {
    return clusterIdsIn(this.#resources, typePrefix)[0];
  }
}
