/**
 * What the engine's earlier calls in a preview have shown of resources, by URN: `check` comes first
 * and brings what a resource is before the update, `diff` decides that it is replaced. The preview
 * of its create, which comes last, gets neither and needs both.
 */
export class PreviewMemory<Replaced> {
  readonly #existing = new Map<string, string>();
  readonly #replaced = new Map<string, Replaced>();

  /** Remembers the id that a resource has before the update. */
  rememberExisting(urn: string, id: string): void {
    this.#existing.set(urn, id);
  }

  /** Remembers what a resource that is to be replaced is before. */
  rememberReplacement(urn: string, replaced: Replaced): void {
    this.#replaced.set(urn, replaced);
  }

  /**
   * Whether a resource is replaced by one with its own id (`pulumi up --replace` with
   * `deleteBeforeReplace`): it exists, and is made all the same.
   */
  isReplacedByItself(urn: string, id: string): boolean {
    return this.#existing.get(urn) === id;
  }

  /** What is replaced; undefined where the resource is a new one. */
  replaced(urn: string): Replaced | undefined {
    return this.#replaced.get(urn);
  }
}
