import { setTimeout as sleep } from "node:timers/promises";
import { ConnectionError, isTransient } from "./errors";

/** The longest wait between two tries. */
const MAX_DELAY_MS = 2_000;

/** A change whose outcome nobody can tell: the connection broke, and the server is out of reach. */
export class OutcomeUnclear extends Error {
  constructor(override readonly cause: ConnectionError) {
    super(
      `the connection broke before Pachyderm answered (${cause.reason}), so whether the change ` +
        "was made is not known; the next update looks and carries on",
    );
  }
}

/**
 * Sends a change that must not be made twice. After a broken connection it looks first whether the
 * change was made, and sends it again only if it was not: Pachyderm has no precondition to guard
 * it, and a repeated update would restart the workers again.
 *
 * @param patienceMs how long it is tried while the server is out of reach or too busy
 * @param send sends the change once
 * @param isDone looks whether the change was made
 */
export async function settle(
  patienceMs: number,
  send: () => Promise<void>,
  isDone: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!isTransient(error)) throw error;
      await sleep(Math.random() * Math.min(MAX_DELAY_MS, 200 * 2 ** attempt));
      const mayHaveArrived = !(error instanceof ConnectionError) || error.mayHaveArrived;
      if (mayHaveArrived && (await look(isDone))) return;
      if (Date.now() > deadline) throw error;
    }
  }
}

async function look(isDone: () => Promise<boolean>): Promise<boolean> {
  try {
    return await isDone();
  } catch (error) {
    if (error instanceof ConnectionError) throw new OutcomeUnclear(error);
    throw error;
  }
}
