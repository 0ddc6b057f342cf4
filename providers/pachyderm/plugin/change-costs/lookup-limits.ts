import type { CallOptions } from "../api/client";
import { ConnectionError, isForbidden } from "../api/errors";

/**
 * Limits for all lookups of one process together: they are only for information, and previews must not
 * keep a server busy. A preview makes a few other calls (version, token, cluster), so the total is at
 * most 60.
 */
const MAX_CALLS = 56;
const MAX_MS = 5_000;

/** The kinds of lookups: each has a share of the calls, so that one kind does not use up all of them. */
export type LookupKind = "pipelines" | "jobs" | "all jobs" | "datums" | "repos" | "branches";

const SHARES: Readonly<Record<LookupKind, number>> = {
  pipelines: 1,
  "all jobs": 1,
  jobs: 24,
  datums: 16,
  repos: 24,
  branches: 12,
};

/** A call is reserved for each of these, because they provide the most information. */
const RESERVED: readonly LookupKind[] = ["pipelines", "all jobs"];

/** What a lookup found, or why the result is unknown. */
export type Lookup<T> = { readonly found: T } | { readonly unknown: string };

export const isFound = <T>(lookup: Lookup<T>): lookup is { readonly found: T } => "found" in lookup;

export interface LookupLimitsOptions {
  readonly maxCalls?: number;
  readonly maxMs?: number;
}

/**
 * Limits the calls that are only for information: their number, and the time during which any of them
 * is in progress. A lookup never throws, whatever the server responds.
 */
export class LookupLimits {
  readonly #maxCalls: number;
  readonly #maxMs: number;
  readonly #used = new Map<LookupKind, number>();
  #underWay = 0;
  #busySince = 0;
  #busyMs = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #late = new AbortController();

  constructor({ maxCalls = MAX_CALLS, maxMs = MAX_MS }: LookupLimitsOptions = {}) {
    this.#maxCalls = maxCalls;
    this.#maxMs = maxMs;
  }

  /** Makes one lookup. */
  async call<T>(kind: LookupKind, call: (options: CallOptions) => Promise<T>): Promise<Lookup<T>> {
    const lookup = await this.tryCall(kind, call);
    return lookup === "too many calls"
      ? { unknown: `a preview makes at most ${this.#maxCalls} calls to look up costs` }
      : lookup;
  }

  /** Makes one lookup, unless it exceeds the limit: the caller may not need one more call. */
  async tryCall<T>(
    kind: LookupKind,
    call: (options: CallOptions) => Promise<T>,
  ): Promise<Lookup<T> | "too many calls"> {
    if (this.#late.signal.aborted) return { unknown: this.#tooLong() };
    if (!this.#take(kind)) return "too many calls";
    this.#begin();
    try {
      return { found: await call(this.#options()) };
    } catch (error) {
      // a broken keep-alive connection says nothing about the server, so try a new one
      const again = error instanceof ConnectionError && error.wasKept && !this.#late.signal.aborted;
      if (!again || !this.#take(kind)) return { unknown: this.#reason(error) };
      try {
        return { found: await call(this.#options()) };
      } catch (second) {
        return { unknown: this.#reason(second) };
      }
    } finally {
      this.#end();
    }
  }

  #options(): CallOptions {
    return { signal: this.#late.signal, timeoutMs: this.#maxMs };
  }

  /** Counts a call; false if the limit is reached. */
  #take(kind: LookupKind): boolean {
    const used = this.#used.get(kind) ?? 0;
    const all = [...this.#used.values()].reduce((sum, calls) => sum + calls, 0);
    const reserved = RESERVED.filter((one) => one !== kind && !this.#used.has(one)).length;
    if (used >= SHARES[kind] || all + reserved >= this.#maxCalls) return false;
    this.#used.set(kind, used + 1);
    return true;
  }

  #begin(): void {
    if (this.#underWay++ > 0) return;
    this.#busySince = Date.now();
    this.#timer = setTimeout(() => this.#late.abort(), this.#maxMs - this.#busyMs);
  }

  #end(): void {
    if (--this.#underWay > 0) return;
    clearTimeout(this.#timer);
    this.#busyMs += Date.now() - this.#busySince;
    if (this.#busyMs >= this.#maxMs) this.#late.abort();
  }

  #reason(error: unknown): string {
    if (this.#late.signal.aborted) return this.#tooLong();
    if (isForbidden(error)) return `the token lacks permission: ${error.message}`;
    return error instanceof Error ? error.message : String(error);
  }

  #tooLong(): string {
    return `a preview spends at most ${this.#maxMs / 1000} s looking up costs`;
  }
}
