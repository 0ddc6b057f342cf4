import { setTimeout as sleep } from "node:timers/promises";

/** The longest wait between two tries. */
const MAX_DELAY_MS = 2_000;

/**
 * How long to wait before a request is sent again: longer after each try, and by chance, so that
 * clients that failed together do not come back together.
 *
 * @param attempt how many tries came before the one that failed
 */
export function backoffMs(attempt: number): number {
  return Math.random() * Math.min(MAX_DELAY_MS, 200 * 2 ** attempt);
}

export async function backOff(attempt: number): Promise<void> {
  await sleep(backoffMs(attempt));
}
