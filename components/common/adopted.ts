/** What this run takes over, which is then in nobody's way. */

/** How to take over what exists already, as messages say it. */
export const ADOPT_HINT =
  "run `pulumi config set adopt true`, `pulumi up`, then `pulumi config rm adopt`";

interface Named {
  /** The type token. */
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
}

/** What tells a resource from the others of the program. */
export function resourceKey({ type, name }: Named): string {
  return `${type}::${name}`;
}

let adopted: ReadonlyMap<string, string> = new Map();

/** Notes the ids of what is taken over, by `resourceKey`. */
export function noteAdopted(ids: ReadonlyMap<string, string>): void {
  adopted = ids;
}

/** What a resource imports; undefined if it takes over nothing. */
export function adoptedId(resource: Named): string | undefined {
  return adopted.get(resourceKey(resource));
}
