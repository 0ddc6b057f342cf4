import {
  adviceOnUpdate,
  formatStack,
  type ListedStack,
  type LiveStack,
  type StackName,
} from "./stacks";

/** Reads the backend. */
export interface StackReader {
  listStacks(): Promise<ListedStack[]>;
  readStack(name: StackName): Promise<LiveStack>;
}

/**
 * The states of all stacks in the backend. A state that did not change since it was read is not
 * read again.
 */
export class StackStates {
  readonly #reader: StackReader;
  readonly #known = new Map<string, { readonly version: string; readonly stack: LiveStack }>();

  constructor(reader: StackReader) {
    this.#reader = reader;
  }

  /**
   * The current states.
   *
   * @throws Error if a stack cannot be read, or is being updated: it is then not known what belongs
   * to it.
   */
  async read(): Promise<LiveStack[]> {
    const listed = await this.#reader.listStacks();
    const busy = listed.filter(({ updateInProgress }) => updateInProgress);
    if (busy.length > 0) {
      const problems = busy
        .map(formatStack)
        .map((stack) => `an update of ${stack} is in progress: ${adviceOnUpdate(stack)}`);
      throw new Error(problems.join("; "));
    }
    return await Promise.all(listed.map((one) => this.#read(one)));
  }

  async #read(listed: ListedStack): Promise<LiveStack> {
    const { lastUpdate, resourceCount } = listed;
    const version = JSON.stringify([lastUpdate, resourceCount]);
    const known = this.#known.get(formatStack(listed));
    if (lastUpdate !== undefined && known?.version === version) return known.stack;
    const stack = await this.#reader.readStack(listed);
    this.#known.set(formatStack(listed), { version, stack });
    return stack;
  }
}
