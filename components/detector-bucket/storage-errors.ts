/** What failed calls of the gcp plugin's functions mean. */

/** Whether the service says that there is no such bucket. */
export function isGone(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** Whether the service says that the caller has no right to. */
export function isForbidden(error: unknown): boolean {
  return statusOf(error) === 401 || statusOf(error) === 403;
}

/** The failure in the plugin's own words, with the rights that are needed where these are missing. */
export function describeFailure(error: unknown, rights: string): string {
  const reason = lastLine((error as Error).message);
  return isForbidden(error) ? `${reason} (it takes ${rights})` : reason;
}

function statusOf(error: unknown): number | undefined {
  const status = /googleapi: (?:Error|got HTTP response code) (\d{3})\b/.exec(
    (error as Error).message,
  );
  return status === null ? undefined : Number(status[1]);
}

/** The plugin's own words: the engine and Terraform's bridge put theirs in front, line by line. */
function lastLine(message: string): string {
  return (
    message
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^[\s*]+/, "") ?? ""
  );
}
