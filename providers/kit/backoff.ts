import { setTimeout as sleep } from "node:timers/promises";

/** The longest wait between two attempts. */
const MAX_DELAY_MS = 2_000;

/** A time that doubles with each attempt, counted from 0, up to a maximum. */
export function doubling(firstMs: number, attempt: number, longestMs: number): number {
  return Math.min(longestMs, firstMs * 2 ** attempt);
}

/**
 * How long to wait before a request is sent again: longer after each attempt, and partly random, so
 * that clients that failed together do not retry together.
 *
 * @param attempt the number of attempts before the one that failed
 */
export function backoffMs(attempt: number): number {
  return Math.random() * doubling(200, attempt, MAX_DELAY_MS);
}

export async function backOff(attempt: number): Promise<void> {
  await sleep(backoffMs(attempt));
}
