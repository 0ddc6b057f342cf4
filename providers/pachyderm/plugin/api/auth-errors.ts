import { ServerError } from "./errors";

/** Whether the server says that auth is not activated; a paused pachd also returns 501. */
export function isAuthOff(error: unknown): boolean {
  return (
    error instanceof ServerError &&
    error.httpStatus === 501 &&
    error.serverMessage.includes("auth service is not activated")
  );
}

/** Whether the server says that the token of the call was revoked or has expired. */
export function isTokenRefused(error: unknown): boolean {
  if (!(error instanceof ServerError)) return false;
  const { code, serverMessage } = error;
  return (
    (code === 16 && serverMessage.includes("auth token is corrupted or has expired")) ||
    (code === 13 && serverMessage.includes("token expiration is in the past"))
  );
}

/** Whether the server says that roles cannot be bound to a resource, because it does not exist. */
export function isNothingToBindTo(error: unknown): boolean {
  return error instanceof ServerError && error.serverMessage.includes("no role binding exists for");
}
