import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiError, invalid, notFound } from "./api-error";
import { type Route, routes } from "./methods";
import { openState, type State } from "./state";

export interface GcsOptions {
  /** The folder for its state. Default: in memory only. */
  readonly data?: string;
  /** The port on 127.0.0.1. Default: 0, a free one. */
  readonly port?: number;
  /** Its clock. Default: the machine's. */
  readonly now?: () => Date;
  /** Whether calls are recorded in `requests`. Default: false. */
  readonly recordRequests?: boolean;
}

/** One call as it arrived. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: string;
}

/** A running stand-in for the bucket part of Google Cloud Storage's JSON API. */
export interface Gcs {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** The value for the gcp provider's `storageCustomEndpoint`. */
  readonly endpoint: string;
  /** The calls so far, if they are recorded. */
  readonly requests: RecordedRequest[];
  /** Stops at once; open connections break. */
  close(): Promise<void>;
}

/** @throws Error if the port is taken or the data cannot be read. */
export async function startGcs(options: GcsOptions = {}): Promise<Gcs> {
  const state = openState(options.data);
  const now = options.now ?? (() => new Date());
  const requests: RecordedRequest[] = [];
  const record = (request: RecordedRequest) => options.recordRequests && requests.push(request);
  const server = createServer((request, response) => {
    serve(state, now, request, response, record).catch((error: unknown) => {
      console.error(error); // a bug of the sandbox, or a full disk: report it to the user
      send(response, new ApiError(500, "internalError", String(error)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}`;
  return {
    port,
    address,
    endpoint: `${address}/storage/v1/`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  state: State,
  now: () => Date,
  request: IncomingMessage,
  response: ServerResponse,
  record: (request: RecordedRequest) => void,
): Promise<void> {
  const body = await readBody(request);
  try {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const method = request.method ?? "";
    record({ method, path: url.pathname, body: body.toString("utf8") });
    requireToken(request);
    const { route, names } = findRoute(method, url.pathname);
    const contentType = request.headers["content-type"] ?? "application/octet-stream";
    const call = { state, now: now(), names, query: url.searchParams, body, contentType };
    send(response, route.method(call));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    send(response, error);
  }
}

/** Any token is accepted, but one is required. */
function requireToken(request: IncomingMessage): void {
  if (/^Bearer \S+$/.test(request.headers.authorization ?? "")) return;
  throw new ApiError(
    401,
    "required",
    "Anonymous caller does not have storage access to the Google Cloud Storage resource.",
    { locationType: "header", location: "Authorization" },
  );
}

function findRoute(verb: string, path: string): { route: Route; names: string[] } {
  for (const route of routes) {
    const match = route.verb === verb ? route.path.exec(path) : null;
    if (match !== null) return { route, names: match.slice(1).map(decodeName) };
  }
  throw notFound(`Not Found ${path.replace(/^\/storage\/v1/, "")}`);
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`Invalid path: ${text}`);
  }
}

function send(response: ServerResponse, answer: object | undefined): void {
  if (answer === undefined) {
    response.writeHead(204).end();
    return;
  }
  const [status, body] = answer instanceof ApiError ? [answer.code, answer.body] : [200, answer];
  response.writeHead(status, { "content-type": "application/json; charset=UTF-8" });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
