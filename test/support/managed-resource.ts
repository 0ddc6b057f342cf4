import { InitFailed, type Plugin, type ResourceHandler } from "../../providers/kit/handler";
import { formatPath } from "../../providers/kit/property-path";
import type { ValueMap } from "../../providers/kit/values";

/** What an `up` did, in the engine's words. */
export type Operation = "create" | "update" | "replace" | "same";

export class CheckFailed extends Error {}

interface Snapshot {
  readonly id: string;
  readonly inputs: ValueMap;
  readonly state: ValueMap;
}

/**
 * One resource in a stack, driven through a plugin's handlers in the same order as by the engine,
 * with the same bookkeeping of inputs, state and init errors.
 */
export class ManagedResource {
  id = "";
  inputs: ValueMap = {};
  state: ValueMap = {};
  /** The errors with which the resource is in the state; empty if it is healthy. */
  initErrors: readonly string[] = [];
  readonly #handler: ResourceHandler;
  readonly #cancel = new AbortController();
  /** Replaced resources that are still to be deleted. */
  readonly #replaced: Snapshot[] = [];

  constructor(
    plugin: Plugin,
    readonly type: string,
    readonly name: string,
  ) {
    const handler = plugin.resources[type];
    if (handler === undefined) throw new Error(`no handler for ${type}`);
    this.#handler = handler;
  }

  get urn(): string {
    return `urn:pulumi:test::test::${this.type}::${this.name}`;
  }

  /** Like Ctrl-C: the handlers stop waiting. */
  cancel(): void {
    this.#cancel.abort();
  }

  /** Checks inputs; throws what the user would see. */
  async check(inputs: ValueMap): Promise<ValueMap> {
    const result = await this.#handler.check({
      ...this.#request(),
      oldInputs: this.inputs,
      inputs,
      randomSeed: new Uint8Array(32),
    });
    const failures = result.failures ?? [];
    if (failures.length === 0) return result.inputs;
    throw new CheckFailed(
      failures
        .map(({ property, reason }) => (property ? `${property}: ${reason}` : reason))
        .join("\n"),
    );
  }

  /** What a preview of these inputs shows: the changing paths, with a mark on replacements. */
  async diff(inputs: ValueMap): Promise<string[]> {
    const { changes } = await this.#diff(await this.check(inputs));
    return changes.map(
      ({ kind, path, replace }) => `${kind} ${formatPath(path)}${replace ? " (replace)" : ""}`,
    );
  }

  /** What a preview learns of the state. */
  async preview(inputs: ValueMap): Promise<ValueMap> {
    const checked = await this.check(inputs);
    if (this.id === "") {
      const result = await this.#handler.create({
        ...this.#request(),
        inputs: checked,
        preview: true,
        timeoutSeconds: undefined,
      });
      return result.state;
    }
    return await this.#handler.update({
      ...this.#request(),
      id: this.id,
      oldInputs: this.inputs,
      oldState: this.state,
      inputs: checked,
      preview: true,
      timeoutSeconds: undefined,
    });
  }

  async up(inputs: ValueMap, timeoutSeconds?: number): Promise<Operation> {
    const checked = await this.check(inputs);
    if (this.id === "") {
      await this.#create(checked, timeoutSeconds);
      await this.#deleteReplaced(timeoutSeconds);
      return "create";
    }
    const { changes, deleteBeforeReplace = false } = await this.#diff(checked);
    if (changes.some(({ replace }) => replace)) {
      await this.#replace(inputs, deleteBeforeReplace, timeoutSeconds);
      return "replace";
    }
    if (changes.length === 0 && this.initErrors.length === 0) {
      this.inputs = checked;
      await this.#deleteReplaced(timeoutSeconds);
      return "same";
    }
    await this.#keep(checked, () =>
      this.#handler.update({
        ...this.#request(),
        id: this.id,
        oldInputs: this.inputs,
        oldState: this.state,
        inputs: checked,
        preview: false,
        timeoutSeconds,
      }),
    );
    await this.#deleteReplaced(timeoutSeconds);
    return "update";
  }

  /** Reads the resource; false if it is gone. */
  async refresh(): Promise<boolean> {
    let result: Awaited<ReturnType<ResourceHandler["read"]>>;
    try {
      result = await this.#handler.read({
        ...this.#request(),
        id: this.id,
        inputs: this.inputs,
        state: this.state,
      });
      this.initErrors = [];
    } catch (error) {
      if (!(error instanceof InitFailed)) throw error;
      this.initErrors = error.reasons;
      result = { id: error.id, inputs: error.inputs ?? this.inputs, state: error.state };
    }
    if (result === undefined) {
      this.#forget();
      return false;
    }
    Object.assign(this, { id: result.id, inputs: result.inputs, state: result.state });
    return true;
  }

  async import(id: string): Promise<void> {
    Object.assign(this, { id, inputs: {}, state: {}, initErrors: [] });
    if (!(await this.refresh())) throw new Error(`${id} does not exist`);
  }

  async destroy(timeoutSeconds?: number): Promise<void> {
    await this.#delete(this, timeoutSeconds);
    this.#forget();
  }

  #diff(checked: ValueMap) {
    return this.#handler.diff({
      ...this.#request(),
      id: this.id,
      oldInputs: this.inputs,
      oldState: this.state,
      inputs: checked,
    });
  }

  async #create(checked: ValueMap, timeoutSeconds?: number): Promise<void> {
    await this.#keep(checked, async () => {
      const result = await this.#handler.create({
        ...this.#request(),
        inputs: checked,
        preview: false,
        timeoutSeconds,
      });
      this.id = result.id;
      return result.state;
    });
  }

  /**
   * The new one is created first, and the old one deleted after it, unless the provider requires
   * the opposite order. If the create fails, the old one stays; if the new one exists but is not
   * healthy, the old one is deleted at the end of the next `up` that succeeds.
   */
  async #replace(inputs: ValueMap, deleteFirst: boolean, timeoutSeconds?: number): Promise<void> {
    const old = { id: this.id, inputs: this.inputs, state: this.state };
    const oldInitErrors = this.initErrors;
    if (deleteFirst) await this.#delete(old, timeoutSeconds);
    this.#forget();
    try {
      await this.#create(await this.check(inputs), timeoutSeconds); // without the old inputs
    } catch (error) {
      const isMade = this.id !== "";
      if (!deleteFirst && isMade) this.#replaced.push(old);
      if (!deleteFirst && !isMade) Object.assign(this, old, { initErrors: oldInitErrors });
      throw error;
    }
    if (!deleteFirst) this.#replaced.push(old);
    await this.#deleteReplaced(timeoutSeconds);
  }

  async #deleteReplaced(timeoutSeconds?: number): Promise<void> {
    for (const old of [...this.#replaced]) {
      await this.#delete(old, timeoutSeconds);
      this.#replaced.splice(this.#replaced.indexOf(old), 1);
    }
  }

  async #delete({ id, inputs, state }: Snapshot, timeoutSeconds?: number): Promise<void> {
    await this.#handler.delete({ ...this.#request(), id, inputs, state, timeoutSeconds });
  }

  #forget(): void {
    Object.assign(this, { id: "", inputs: {}, state: {}, initErrors: [] });
  }

  /** Keeps the new state, even if the resource was created but is not healthy. */
  async #keep(inputs: ValueMap, change: () => Promise<ValueMap>): Promise<void> {
    try {
      this.state = await change();
      this.inputs = inputs;
      this.initErrors = [];
    } catch (error) {
      if (error instanceof InitFailed) {
        Object.assign(this, {
          id: error.id,
          inputs,
          state: error.state,
          initErrors: error.reasons,
        });
      }
      throw error;
    }
  }

  #request() {
    return { urn: this.urn, name: this.name, type: this.type, signal: this.#cancel.signal };
  }
}
