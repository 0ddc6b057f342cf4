import type { CallOptions } from "../api/client";
import { ConnectionError, isForbidden } from "../api/errors";

/**
 * What all looks of one process may take together: they are for information, and a server is not to
 * be kept busy by previews. A preview makes a few calls besides (version, token, cluster), so that 60
 * is the most in all.
 */
const MAX_CALLS = 56;
const MAX_MS = 5_000;

/** What looks are for: each kind has a share of the calls, so that one does not use up all of them. */
export type LookKind = "pipelines" | "jobs" | "all jobs" | "datums" | "repos" | "branches";

const SHARES: Readonly<Record<LookKind, number>> = {
  pipelines: 1,
  "all jobs": 1,
  jobs: 24,
  datums: 16,
  repos: 24,
  branches: 12,
};

/** The rest of the calls is left for these, which say more than any other one. */
const RESERVED: readonly LookKind[] = ["pipelines", "all jobs"];

/** What a look found, or why there is nothing known. */
export type Look<T> = { readonly found: T } | { readonly unknown: string };

export const isFound = <T>(look: Look<T>): look is { readonly found: T } => "found" in look;

export interface LookLimitsOptions {
  readonly maxCalls?: number;
  readonly maxMs?: number;
}

/**
 * Bounds the calls that only inform: their number, and the time in which any of them is under way.
 * None of them ever throws, whatever the server answers.
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

  /** Makes one look. */
  async look<T>(kind: LookKind, call: (options: CallOptions) => Promise<T>): Promise<Look<T>> {
    const look = await this.tryLook(kind, call);
    return look === "too many calls"
      ? { unknown: `a preview makes at most ${this.#maxCalls} calls to look up costs` }
      : look;
  }

  /** Makes one look, unless that were one call too many: another way may need none. */
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
      // a kept connection that broke says nothing of the server: a new one does
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

  /** Counts a call; false if there must not be one more. */
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
