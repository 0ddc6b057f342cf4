import { setTimeout as sleep } from "node:timers/promises";

/** The longest wait between two tries. */
const MAX_DELAY_MS = 2_000;

/** A time that doubles with each attempt, the first being 0, up to the longest. */
export function doubling(firstMs: number, attempt: number, longestMs: number): number {
  return Math.min(longestMs, firstMs * 2 ** attempt);
}

/**
 * How long to wait before a request is sent again: longer after each try, and by chance, so that
 * clients that failed together do not come back together.
 *
 * @param attempt how many tries came before the one that failed
 */
export function backoffMs(attempt: number): number {
  return Math.random() * doubling(200, attempt, MAX_DELAY_MS);
}

export async function backOff(attempt: number): Promise<void> {
  await sleep(backoffMs(attempt));
}
