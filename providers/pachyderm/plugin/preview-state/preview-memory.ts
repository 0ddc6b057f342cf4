/**
 * What the engine's earlier calls in a preview revealed about resources, by URN: `check` comes
 * first and provides the resource's inputs before the update, `diff` decides that it is replaced.
 * The preview of its create, which comes last, gets neither and needs both.
 */
export class PreviewMemory<Replaced> {
  readonly #existing = new Map<string, string>();
  readonly #replaced = new Map<string, Replaced>();

  /** Remembers the id that a resource has before the update. */
  rememberExisting(urn: string, id: string): void {
    this.#existing.set(urn, id);
  }

  /** Remembers the inputs of a resource that will be replaced. */
  rememberReplacement(urn: string, replaced: Replaced): void {
    this.#replaced.set(urn, replaced);
  }

  /**
   * Whether a resource is replaced by one with its own id (`pulumi up --replace` with
   * `deleteBeforeReplace`): it exists, and is still created.
   */
  isReplacedByItself(urn: string, id: string): boolean {
    return this.#existing.get(urn) === id;
  }

  /** What is replaced; undefined if the resource is new. */
  replaced(urn: string): Replaced | undefined {
    return this.#replaced.get(urn);
  }
}
