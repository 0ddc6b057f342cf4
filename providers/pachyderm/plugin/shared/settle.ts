import { setTimeout as sleep } from "node:timers/promises";
import { isOpen, isTransient, TimeoutError } from "../api/errors";

/** The longest wait between two tries. */
const MAX_DELAY_MS = 2_000;

/** A change whose outcome nobody can tell: the server did not answer, and shows nothing of it. */
export class OutcomeUnclear extends Error {
  constructor(override readonly cause: Error) {
    super(
      `whether the change was made is not known, and the next update looks and carries on: ` +
        cause.message,
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
  let mayHaveArrived = false;
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const transient = isTransient(error);
      // a refusal of the second try, such as "exists already", may be due to the first
      if (!transient && !mayHaveArrived) throw error;
      if (transient) await sleep(Math.random() * Math.min(MAX_DELAY_MS, 200 * 2 ** attempt));
      mayHaveArrived ||= isOpen(error);
      if (mayHaveArrived && (await look(isDone))) return;
      // the server may still be at it; sent again, it would have two of them
      if (error instanceof TimeoutError && mayHaveArrived) throw new OutcomeUnclear(error);
      // a look may have used up the time, and found the server well: then it gets another try
      if (!transient || (attempt > 0 && Date.now() > deadline)) throw error;
    }
  }
}

async function look(isDone: () => Promise<boolean>): Promise<boolean> {
  try {
    return await isDone();
  } catch (error) {
    if (isTransient(error)) throw new OutcomeUnclear(error as Error);
    throw error;
  }
}
