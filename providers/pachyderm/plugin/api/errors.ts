/** A request that Pachyderm refused: https://grpc.io/docs/guides/status-codes/ has the codes. */
export class ServerError extends Error {
  constructor(
    readonly rpc: string,
    readonly httpStatus: number,
    readonly code: number,
    readonly serverMessage: string,
  ) {
    super(
      `${shorten(serverMessage)} (${rpc} returned ${httpStatus})${hintOf(httpStatus, serverMessage)}`,
    );
  }
}

/** Whether the server refuses the token: it is missing, wrong, revoked or expired. */
export function isUnauthenticated(error: unknown): error is ServerError {
  return error instanceof ServerError && refusesToken(error.httpStatus, error.serverMessage);
}

function refusesToken(httpStatus: number, serverMessage: string): boolean {
  return httpStatus === 401 || serverMessage.includes("token expiration is in the past");
}

/** What to do about an error that has the same cause for any request. */
function hintOf(httpStatus: number, serverMessage: string): string {
  if (!refusesToken(httpStatus, serverMessage)) return "";
  return (
    ": set PACHYDERM_TOKEN to a valid token, or log in with pachctl if its context has this " +
    "address"
  );
}

/** A request without a response, because connecting failed or the connection broke. */
export class ConnectionError extends Error {
  constructor(
    readonly address: string,
    readonly reason: string,
    /** Whether the request may still have reached the server. */
    readonly mayHaveArrived: boolean,
    /** Whether the connection was reused: the server may have closed it since the earlier call. */
    readonly wasKept = false,
  ) {
    super(
      mayHaveArrived
        ? `the connection to Pachyderm at ${address} broke: ${readable(reason)}`
        : `cannot connect to Pachyderm at ${address}: ${readable(reason)}`,
    );
  }
}

/** OpenSSL's message about a server that responds in plain text is long and unhelpful. */
function readable(reason: string): string {
  return /wrong version number|packet length too long/.test(reason)
    ? "it does not use TLS: set the address with http:// or grpc://"
    : reason;
}

/**
 * A request without a timely response on a working connection: the server is slow, but not gone.
 * Pachyderm rolls back an operation when its client disconnects.
 */
export class TimeoutError extends Error {
  constructor(
    message: string,
    /** Whether the request may have reached the server. */
    readonly mayHaveArrived: boolean,
  ) {
    super(message);
  }
}

/** A server that is not the HTTP API of Pachyderm 2.8 or newer. */
export class NotPachydermError extends Error {}

/** The maximum length of a server's message in our messages. */
const MAX_MESSAGE = 600;

/** How much of the beginning of a longer message is shown: the reason is at its end. */
const MAX_BEGINNING = 100;

/** The texts around whole specs that messages quote. */
const QUOTES: readonly (readonly [from: string, to: string])[] = [
  ["could not parse ", " as Create Pipeline Request message: "],
  ["invalid effective spec {", "}: "],
  ["could not merge user wrapper {", "}: "],
  [" (map[", "])"],
];

/**
 * Pachyderm's message without the pipeline specs that it repeats: they are long, and may contain
 * what must not be logged.
 */
export function shorten(message: string): string {
  const text = QUOTES.reduce((rest, [from, to]) => withoutQuote(rest, from, to), message)
    .replace(/error running request \d+ of \d+: /, "")
    .split("\n")
    .map((line) => line.trim())
    .join("; ")
    .trim();
  if (text.length <= MAX_MESSAGE) return text;
  return `${text.slice(0, MAX_BEGINNING)}… …${text.slice(MAX_BEGINNING - MAX_MESSAGE)}`;
}

function withoutQuote(text: string, from: string, to: string): string {
  const start = text.indexOf(from);
  const end = text.lastIndexOf(to);
  return start < 0 || end < start ? text : text.slice(0, start) + text.slice(end + to.length);
}

/**
 * Whether Pachyderm itself says that the requested object does not exist. Other 404s (a wrong
 * address, a proxy) must not count: a refresh would remove every resource from the state.
 */
export function isNotFound(error: unknown): error is ServerError {
  return (
    error instanceof ServerError &&
    error.httpStatus === 404 &&
    error.code === 5 &&
    /(pipeline|repo|project|branch) .*not found/s.test(error.serverMessage)
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

/** Whether the same request may succeed later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionError || error instanceof TimeoutError) return true;
  return error instanceof ServerError && [429, 503, 504].includes(error.httpStatus);
}

/** Whether connecting to the server failed, so that it cannot have received the request. */
export function isUnreachable(error: unknown): error is ConnectionError {
  return error instanceof ConnectionError && !error.mayHaveArrived;
}

/** Whether the request may have reached the server, although no response arrived. */
export function mayHaveArrived(error: unknown): boolean {
  if (error instanceof ConnectionError || error instanceof TimeoutError)
    return error.mayHaveArrived;
  return error instanceof ServerError && isTransient(error);
}

/**
 * The readers that prevent a repo or pipeline from being deleted, such as `default/deploy`;
 * undefined for other errors. Pachyderm lists their output and meta branches.
 */
export function blockedBy(error: unknown): string[] | undefined {
  if (!(error instanceof ServerError)) return undefined;
  const match = /in the direct provenance of \[([^\]]*)\]/.exec(error.serverMessage);
  if (match === null) return undefined;
  const repos = (match[1] ?? "").split(" ").map((branch) => branch.replace(/@.*$/, ""));
  return [...new Set(repos.map((repo) => repo.replace(/\.meta$/, "")))];
}

/**
 * The branches whose triggers prevent a repo from being deleted, by name; undefined for other
 * errors.
 */
export function triggeredBranches(error: unknown): string[] | undefined {
  if (!(error instanceof ServerError)) return undefined;
  const match = /is triggered by branches \[([^\]]*)\]/.exec(error.serverMessage);
  return match?.[1]?.split(" ").map((branch) => branch.slice(branch.lastIndexOf("@") + 1));
}
