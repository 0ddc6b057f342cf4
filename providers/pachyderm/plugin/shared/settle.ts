import { backOff } from "../../../kit/backoff";
import { isTransient, mayHaveArrived, TimeoutError } from "../api/errors";

/**
 * A change whose outcome is unknown: the server did not respond, and its state does not show the
 * change.
 */
export class OutcomeUnclear extends Error {
  constructor(override readonly cause: Error) {
    super(
      `it is unknown whether the change was made; the next update will check and continue: ` +
        cause.message,
    );
  }
}

/**
 * Sends a change that must not be made twice. After a broken connection it first checks whether the
 * change was made, and sends it again only if it was not: Pachyderm has no preconditions to prevent
 * a repeated update, which would restart the workers again.
 *
 * @param patienceMs how long to retry while the server is unreachable or too busy
 * @param send sends the change once
 * @param isDone checks whether the change was made
 */
export async function settle(
  patienceMs: number,
  send: () => Promise<void>,
  isDone: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  let mayBeDone = false;
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const transient = isTransient(error);
      // a refusal of the second attempt, such as "already exists", may be due to the first
      if (!transient && !mayBeDone) throw error;
      if (transient) await backOff(attempt);
      mayBeDone ||= mayHaveArrived(error);
      if (mayBeDone && (await look(isDone))) return;
      // the server may still be processing the change; sending it again would make it twice
      if (error instanceof TimeoutError && mayBeDone) throw new OutcomeUnclear(error);
      // the check may have used up the time and found the server healthy: then try once more
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
