/** The objects that this run adopts, so that their names do not count as taken. */

/** How to adopt existing objects, for messages. */
export const ADOPT_HINT =
  "run `pulumi config set adopt true`, `pulumi up`, then `pulumi config rm adopt`";

interface Named {
  /** The type token. */
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
}

/** The key that identifies a resource within the program. */
export function resourceKey({ type, name }: Named): string {
  return `${type}::${name}`;
}

let adopted: ReadonlyMap<string, string> = new Map();

/** Records the ids of what this run adopts, by `resourceKey`. */
export function noteAdopted(ids: ReadonlyMap<string, string>): void {
  adopted = ids;
}

/** The id that a resource imports; undefined if it adopts nothing. */
export function adoptedId(resource: Named): string | undefined {
  return adopted.get(resourceKey(resource));
}
