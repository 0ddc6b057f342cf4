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
export type LookKind = "pipelines" | "jobs" | "all jobs" | "datums" | "repos" | "branches";

const SHARES: Readonly<Record<LookKind, number>> = {
  pipelines: 1,
  "all jobs": 1,
  jobs: 24,
  datums: 16,
  repos: 24,
  branches: 12,
};

/** A call is reserved for each of these, because they provide the most information. */
const RESERVED: readonly LookKind[] = ["pipelines", "all jobs"];

/** What a lookup found, or why the result is unknown. */
export type Look<T> = { readonly found: T } | { readonly unknown: string };

export const isFound = <T>(look: Look<T>): look is { readonly found: T } => "found" in look;

export interface LookLimitsOptions {
  readonly maxCalls?: number;
  readonly maxMs?: number;
}

/**
 * Limits the calls that are only for information: their number, and the time during which any of them
 * is in progress. A lookup never throws, whatever the server responds.
 */
export class LookLimits {
  readonly #maxCalls: number;
  readonly #maxMs: number;
  readonly #used = new Map<LookKind, number>();
  #underWay = 0;
  #busySince = 0;
  #busyMs = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #late = new AbortController();

  constructor({ maxCalls = MAX_CALLS, maxMs = MAX_MS }: LookLimitsOptions = {}) {
    this.#maxCalls = maxCalls;
    this.#maxMs = maxMs;
  }

  /** Makes one lookup. */
  async look<T>(kind: LookKind, call: (options: CallOptions) => Promise<T>): Promise<Look<T>> {
    const look = await this.tryLook(kind, call);
    return look === "too many calls"
      ? { unknown: `a preview makes at most ${this.#maxCalls} calls to look up costs` }
      : look;
  }

  /** Makes one lookup, unless it exceeds the limit: the caller may not need one more call. */
  async tryLook<T>(
    kind: LookKind,
    call: (options: CallOptions) => Promise<T>,
  ): Promise<Look<T> | "too many calls"> {
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
  #take(kind: LookKind): boolean {
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
