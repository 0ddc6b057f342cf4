import { messageOf } from "./things";

export interface Failure {
  /** The object or stack that could not be deleted. */
  readonly what: string;
  readonly problem: string;
}

/** An object or stack that was to be deleted, but is kept. */
export interface Kept {
  readonly what: string;
  readonly reason: string;
}

export interface Removed {
  readonly failures: readonly Failure[];
  readonly kept: readonly Kept[];
}

/** How to remove objects of a kind. */
export interface Removal<T> {
  /** Returns, right before a removal, the reason to keep the object, if there is one. */
  readonly keep: (thing: T) => Promise<string | undefined>;
  readonly report: (line: string) => void;
}

export interface EachRemoval<T> extends Removal<T> {
  readonly name: (thing: T) => string;
  readonly remove: (thing: T) => Promise<void>;
  /** Called with an object that could not be removed. */
  readonly onFailure?: (thing: T) => void;
}

/**
 * Removes objects one by one, and reports those that are kept. Failures are only returned: the sweep
 * prints them at the end, where the output of other removals does not hide them.
 */
export async function removeEach<T>(
  things: readonly T[],
  { keep, report, name, remove, onFailure }: EachRemoval<T>,
): Promise<Removed> {
  const failures: Failure[] = [];
  const kept: Kept[] = [];
  for (const thing of things) {
    const what = name(thing);
    try {
      const reason = await keep(thing);
      if (reason === undefined) {
        await remove(thing);
        continue;
      }
      report(`kept ${what}: ${reason}`);
      kept.push({ what, reason });
    } catch (error) {
      failures.push({ what, problem: messageOf(error) });
      onFailure?.(thing);
    }
  }
  return { failures, kept };
}
