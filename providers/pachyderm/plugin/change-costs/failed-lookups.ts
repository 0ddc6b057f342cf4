import type { ObjectRef } from "../api/api";
import { formatId } from "../api/object-ref";
import { isFound, type Lookup } from "./lookup-limits";

/** What could not be looked up for one change: the first one for each reason. */
export class FailedLookups {
  readonly #subject: string;
  readonly #byReason = new Map<string, string>();

  constructor(subject: ObjectRef) {
    this.#subject = formatId(subject);
  }

  /** Records that something is missing, such as `the jobs`. */
  note(what: string, reason: string): void {
    if (!this.#byReason.has(reason)) this.#byReason.set(reason, what);
  }

  /** What a lookup found; otherwise records the reason and returns undefined. */
  foundOr<T>(lookup: Lookup<T>, what: string): T | undefined {
    if (isFound(lookup)) return lookup.found;
    this.note(what, lookup.unknown);
    return undefined;
  }

  /** A line for each reason. */
  get lines(): readonly { readonly reason: string; readonly line: string }[] {
    return [...this.#byReason].map(([reason, what]) => ({
      reason,
      line: `${what} of ${this.#subject}: ${reason}`,
    }));
  }
}
