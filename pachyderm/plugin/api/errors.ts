/** A request that Pachyderm refused: https://grpc.io/docs/guides/status-codes/ has the codes. */
export class ServerError extends Error {
  constructor(
    readonly rpc: string,
    readonly httpStatus: number,
    readonly code: number,
    readonly serverMessage: string,
  ) {
    super(`${shorten(serverMessage)} (${rpc} answered ${httpStatus})${hintOf(httpStatus)}`);
  }
}

/** What to do about an answer that has the same cause whatever was asked. */
function hintOf(httpStatus: number): string {
  if (httpStatus !== 401) return "";
  return ": give a valid token in PACHYDERM_TOKEN, or log in with pachctl where the address is that of its context";
}

/** A request that got no answer. */
export class ConnectionError extends Error {
  constructor(
    readonly address: string,
    readonly reason: string,
    /** Whether the request may have reached the server all the same. */
    readonly mayHaveArrived: boolean,
  ) {
    super(`nobody answers at ${address}: ${reason}`);
  }
}

/** Something answers, but it isn't the HTTP API of Pachyderm 2.8 or newer. */
export class NotPachydermError extends Error {}

/** The longest part of a server's message that is shown. */
const MAX_MESSAGE = 600;

/**
 * Pachyderm's message without the pipeline specs that it repeats: they are long, and other
 * people's specs may hold what should not be in a log.
 */
export function shorten(message: string): string {
  const text = message
    .replace(/could not parse [\s\S]* as Create Pipeline Request message: /, "")
    .replace(/invalid effective spec \{[\s\S]*\}: /, "")
    .replace(/error running request \d+ of \d+: /, "")
    .replaceAll(/\s*\n\s*/g, "; ")
    .trim();
  return text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE)}…`;
}

/**
 * Whether Pachyderm itself says that the thing does not exist. Any other 404 (a wrong address, a
 * proxy) must not pass for that: a refresh would drop every resource from the state.
 */
export function isNotFound(error: unknown): error is ServerError {
  return (
    error instanceof ServerError &&
    error.httpStatus === 404 &&
    error.code === 5 &&
    /(pipeline|repo|project) .*not found/s.test(error.serverMessage)
  );
}

export function isAlreadyExists(error: unknown): error is ServerError {
  return (
    error instanceof ServerError &&
    error.httpStatus === 409 &&
    error.code === 6 &&
    error.serverMessage.includes("already exists")
  );
}

export function isForbidden(error: unknown): error is ServerError {
  return error instanceof ServerError && error.httpStatus === 403;
}

/** Whether the same request may succeed a little later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof ServerError && [429, 503, 504].includes(error.httpStatus);
}

/**
 * The readers that keep a repo or pipeline from being deleted, such as `default/deploy`, or
 * undefined if the error is another one. Pachyderm lists their output and meta branches.
 */
export function blockedBy(error: unknown): string[] | undefined {
  if (!(error instanceof ServerError)) return undefined;
  const match = /in the direct provenance of \[([^\]]*)\]/.exec(error.serverMessage);
  if (match === null) return undefined;
  const repos = (match[1] ?? "").split(" ").map((branch) => branch.replace(/@.*$/, ""));
  return [...new Set(repos.map((repo) => repo.replace(/\.meta$/, "")))];
}
