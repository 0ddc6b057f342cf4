import type { Log } from "../../../kit/engine-log";
import type { Api } from "../api/api";
import { isForbidden, isTransient } from "../api/errors";
import type { Connection } from "../connection/connection";

/**
 * Logs notes on a resource. They are only informational: a preview never fails because of them.
 * Missing permissions or a missing server have already been reported.
 */
export async function logNotes(
  { api, reached }: Connection,
  log: Log,
  urn: string,
  notes: (api: Api) => Promise<string[]>,
): Promise<void> {
  if (!reached) return;
  try {
    for (const note of await notes(api)) await log.log("info", note, urn);
  } catch (error) {
    if (isTransient(error) || isForbidden(error)) return;
    const reason = error instanceof Error ? error.message : String(error);
    await log.log("info", `the cost of the change is unknown: ${reason}`, urn);
  }
}
