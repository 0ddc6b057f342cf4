import type { CallOptions } from "./client";
import { isNotFound } from "./errors";

/** For calls that do no harm when they are sent twice, so that a short outage is waited for. */
export const READ: CallOptions = { repeatable: true };

/** The answer, or undefined if Pachyderm says that the thing does not exist. */
export async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
