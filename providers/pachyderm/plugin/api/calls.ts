import type { CallOptions } from "./client";
import { isNotFound } from "./errors";

/** For calls that are safe to send twice, so that they are retried through a short outage. */
export const READ: CallOptions = { repeatable: true };

/** The response, or undefined if Pachyderm says that the requested object does not exist. */
export async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
