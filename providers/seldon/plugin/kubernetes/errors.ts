/** The API server's refusal: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export class StatusError extends Error {
  constructor(
    /** The HTTP status. */
    readonly code: number,
    /** The server's name for the problem, such as `NotFound`; empty if it comes from a proxy. */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** The API server did not respond. */
export class ConnectionError extends Error {}

/** The kubeconfig is not usable, or the server does not accept its user. */
export class AccessError extends Error {}

/** Whether the API server could not be queried at all. */
export function isOutOfReach(error: unknown): error is ConnectionError | AccessError {
  return error instanceof ConnectionError || error instanceof AccessError;
}

/** Only if Kubernetes itself says so: with a wrong address, everything would seem to be gone. */
export function isNotFound(error: unknown): boolean {
  return error instanceof StatusError && error.code === 404 && error.reason === "NotFound";
}

/** Whether the same request may succeed later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof StatusError && [429, 500, 502, 503, 504].includes(error.code);
}

/** Describes a failed network request. */
export function describe(error: unknown): string {
  // after trying several addresses (IPv4 and IPv6), the error has no message of its own
  if (error instanceof AggregateError) return error.errors.map(describe).join("; ");
  return error instanceof Error ? error.message : String(error);
}

/**
 * The error with a prefix that says what was attempted. The error class of an unreachable cluster
 * is kept.
 */
export function prefixed(prefix: string, error: unknown): Error {
  const message = `${prefix}: ${describe(error)}`;
  if (error instanceof ConnectionError) return new ConnectionError(message);
  return error instanceof AccessError ? new AccessError(message) : new Error(message);
}
