/** Interprets errors of the gcp plugin's functions. */

/** Whether the service reports that the bucket does not exist. */
export function isGone(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** Whether the service reports that the caller lacks a permission. */
export function isForbidden(error: unknown): boolean {
  return statusOf(error) === 401 || statusOf(error) === 403;
}

/** The plugin's message, with the required permissions if they are missing. */
export function describeFailure(error: unknown, permissions: string): string {
  const reason = lastLine((error as Error).message);
  return isForbidden(error) ? `${reason} (requires ${permissions})` : reason;
}

function statusOf(error: unknown): number | undefined {
  const status = /googleapi: (?:Error|got HTTP response code) (\d{3})\b/.exec(
    (error as Error).message,
  );
  return status === null ? undefined : Number(status[1]);
}

/** The plugin's message, after the lines that the engine and the Terraform bridge add. */
function lastLine(message: string): string {
  return (
    message
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^[\s*]+/, "") ?? ""
  );
}
