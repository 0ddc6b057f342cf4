/** The part of a resource in a stack's state that the doctor reads. */
interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  /** Whether the resource was only read. */
  readonly external?: boolean;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What a stack has created so far, from `pulumi stack export`. */
export class StackState {
  readonly #resources: readonly StateResource[];

  constructor(exported: string) {
    const { deployment } = JSON.parse(exported) as {
      deployment?: { resources?: readonly StateResource[] };
    };
    this.#resources = deployment?.resources ?? [];
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

  /** The cluster that resources whose type has this prefix are on; undefined if there are none. */
  clusterId(typePrefix: string): string | undefined {
    const ids = this.#resources
      .filter(({ type }) => type.startsWith(typePrefix))
      .map(({ outputs }) => outputs?.clusterId);
    return ids.find((id): id is string => typeof id === "string" && id !== "");
  }
}
