import { nameInMark } from "../../program/stack-mark";
import { type Backend, decide, type LeftBehind } from "./decide";
import { type ExpiredStack, type ExpiryOptions, expiredStacks, lastDay } from "./expired";
import type { WhyEnded } from "./pull-requests";
import { adviceOnUpdate, formatStack, type LiveStack } from "./stacks";
import type { StackReader, StackStates } from "./states";
import type { Systems } from "./systems";
import { keyOf, type Thing } from "./things";

/** The input of the decisions. */
export interface RecheckOptions {
  readonly things: readonly Thing[];
  readonly states: StackStates;
  readonly reader: StackReader;
  readonly systems: Pick<Systems, "clusterIds" | "marks">;
  readonly backendOf: (stacks: readonly LiveStack[]) => Backend;
  readonly expiry: Omit<ExpiryOptions, "clusters" | "ended">;
  readonly whyEnded: WhyEnded;
}

/**
 * Decides again right before each deletion, because the stack may have been renewed or created
 * again in the meantime. Returns the reason to keep the object or stack; undefined to delete it.
 */
export class Recheck {
  readonly #options: RecheckOptions;

  constructor(options: RecheckOptions) {
    this.#options = options;
  }

  /**
   * @throws Error if a stack cannot be read, or is being updated: it is not known what belongs to
   * it.
   */
  readonly leftBehind = async (thing: LeftBehind): Promise<string | undefined> => {
    const { states, backendOf } = this.#options;
    const key = keyOf(thing);
    const things = await this.#withMarksOfNow(thing.stack);
    const backend = backendOf(await states.read());
    const { leftBehind, leftAlone } = decide(things, backend);
    if (leftBehind.some((one) => keyOf(one) === key)) return undefined;
    if (backend.stacks.map(nameInMark).includes(thing.stack))
      return `stack ${thing.stack} exists again`;
    return (
      leftAlone.find((one) => keyOf(one) === key)?.reason ?? "it now has the mark of another stack"
    );
  };

  /** The objects, with the current marks of a stack's objects; deleted objects keep their marks. */
  async #withMarksOfNow(stack: string): Promise<Thing[]> {
    const { things, systems } = this.#options;
    return await Promise.all(
      things.map(async (thing) => {
        const mark = thing.marks?.stack;
        if (mark === undefined || !mark.startsWith(`${stack}-`)) return thing;
        return { ...thing, marks: (await systems.marks(thing)) ?? thing.marks };
      }),
    );
  }

  /** @throws Error if the stack cannot be read or is being updated, or GitHub does not respond */
  readonly stack = async (expired: ExpiredStack): Promise<string | undefined> => {
    const { reader, systems, expiry, whyEnded } = this.#options;
    const name = formatStack(expired);
    const listed = (await reader.listStacks()).find((stack) => formatStack(stack) === name);
    if (listed === undefined) return "it was removed in the meantime";
    if (listed.updateInProgress)
      throw new Error(`an update is in progress: ${adviceOnUpdate(name)}`);
    const clusters = await systems.clusterIds();
    const reason = expired.ended && (await whyEnded(expired));
    const ended = new Map(reason === undefined ? [] : [[name, reason]]);
    // read last, so that as little time as possible passes until the stack is destroyed
    const stack = await reader.readStack(listed);
    const [found] = expiredStacks([stack], { ...expiry, clusters, ended });
    if (found !== undefined) return found.kept;
    if (expired.ended !== undefined) return "its pull request needs it again";
    const day = lastDay(stack, expiry);
    return day === undefined
      ? "it was changed in the meantime, and no longer expires"
      : `it was renewed in the meantime, and expires on ${day}`;
  };
}
