import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Code, invalidArgument, RpcError } from "../rpc-error";
import type { JsonObject } from "../spec/json";
import type { Faults } from "./faults";
import { goJsonError } from "./go-json-error";

/** One call as it arrived. */
export interface RecordedRequest {
  /** `package.API/Method`. */
  readonly rpc: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The request message, parsed; undefined if it was not JSON. */
  readonly body: JsonObject | undefined;
}

/** How long a call's work takes, and the signal that its client has disconnected. */
export interface SlowWork {
  readonly ms: number;
  readonly hungUp: AbortSignal;
}

/** What the gateway exposes over HTTP. */
export interface Backend {
  /** Whether this version of Pachyderm has an HTTP gateway at all. */
  readonly hasGateway: boolean;
  /** Whether it has the method, and whether the response is a stream. */
  method(rpc: string): { readonly stream: boolean; readonly clientStream: boolean } | undefined;
  call(
    rpc: string,
    headers: IncomingMessage["headers"],
    body: string,
    work?: SlowWork,
  ): Promise<unknown>;
}

export interface GatewayOptions {
  /**
   * Whether to treat the header `connection` as pachd's own port does: it forwards the header to
   * gRPC, which resets the stream (grpc-ecosystem/grpc-gateway#3681). Node's clients send it by
   * default.
   */
  readonly refuseConnectionHeader: boolean;
  readonly faults: Faults;
  readonly onRequest: (request: RecordedRequest) => void;
}

/**
 * The behavior of grpc-gateway: https://github.com/grpc-ecosystem/grpc-gateway/tree/v2.20.0/runtime
 */
export function createGateway(backend: Backend, options: GatewayOptions): Server {
  return createServer((request, response) => {
    serve(backend, options, request, response).catch((error: unknown) => {
      // a bug of the sandbox: report it to the user and to the client
      if (!response.destroyed) console.error(error);
      if (response.headersSent) response.destroy();
      else send(response, new RpcError(Code.Internal, `panic: ${String(error)}`), false);
    });
  });
}

async function serve(
  backend: Backend,
  options: GatewayOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  if (path === "/healthz") return void response.end("healthy\n");
  if (!path.startsWith("/api/") || !backend.hasGateway) {
    response.writeHead(404, { "content-type": "text/plain; charset=utf-8" });
    return void response.end("404 page not found\n");
  }
  const body = await readBody(request);
  const rpc = path.slice("/api/".length);
  const method = backend.method(rpc);
  if (method === undefined) return send(response, new RpcError(Code.NotFound, "Not Found"), false);
  if (request.method !== "POST")
    return send(response, new RpcError(Code.Unimplemented, "Method Not Allowed"), false);
  const messages = method.clientStream ? body.split("\n") : [body];
  options.onRequest({ rpc, headers: request.headers, body: parsed(messages) });

  const fault = options.faults.take(rpc);
  if (fault === "hang") return options.faults.hold(request.socket);
  if (fault === "close-before") return void request.socket.destroy();
  if (fault === "proxy-before") return sendAsProxy(response);
  if (typeof fault === "object" && "delayMs" in fault)
    await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  if (typeof fault === "object" && "status" in fault) {
    const { status, code = Code.Unavailable, message = "fault injected by a test" } = fault;
    return sendJson(response, status, { code, message, details: [] });
  }
  const slow = typeof fault === "object" && "workMs" in fault;
  const work = slow ? { ms: fault.workMs, hungUp: hangUp(response) } : undefined;
  const answer = await answerTo(backend, options, request, rpc, messages, work);
  if (fault === "close-after") return void request.socket.destroy();
  if (fault === "proxy-after") return sendAsProxy(response);
  send(response, answer, method.stream);
}

async function answerTo(
  backend: Backend,
  options: GatewayOptions,
  request: IncomingMessage,
  rpc: string,
  messages: readonly string[],
  work: SlowWork | undefined,
): Promise<unknown> {
  try {
    if (options.refuseConnectionHeader && request.headers.connection !== undefined)
      throw new RpcError(
        Code.Internal,
        "stream terminated by RST_STREAM with error code: PROTOCOL_ERROR",
      );
    for (const message of messages) {
      const problem = message === "" ? undefined : goJsonError(message);
      if (problem !== undefined) throw invalidArgument(problem);
    }
    const body = messages.join("\n");
    return await backend.call(rpc, request.headers, body === "" ? "{}" : body, work);
  } catch (error) {
    if (error instanceof RpcError) return error;
    throw error;
  }
}

/** Aborted when the client closes the connection before the response. */
function hangUp(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.on("close", () => controller.abort());
  return controller.signal;
}

function send(response: ServerResponse, answer: unknown, stream: boolean): void {
  if (answer instanceof RpcError) {
    if (answer.code === Code.Unauthenticated)
      response.setHeader("WWW-Authenticate", answer.message);
    sendJson(response, answer.httpStatus, stream ? { error: answer.body } : answer.body);
    return;
  }
  if (!stream) {
    sendJson(response, 200, answer ?? {});
    return;
  }
  const items = answer as readonly unknown[];
  if (items.length > 0) response.setHeader("content-type", "application/json");
  for (const item of items) {
    const line = item instanceof RpcError ? { error: item.body } : { result: item };
    response.write(`${JSON.stringify(line)}\n`);
  }
  response.end();
}

/** The response of Envoy, Pachyderm's proxy, while pachd restarts. */
function sendAsProxy(response: ServerResponse): void {
  response.writeHead(503, { "content-type": "text/plain" });
  response.end("upstream connect error or disconnect/reset before headers");
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(messages: readonly string[]): JsonObject | undefined {
  const [body = ""] = messages;
  if (messages.length > 1) return { messages: messages.flatMap((one) => parsed([one]) ?? []) };
  return goJsonError(body) === undefined ? (JSON.parse(body) as JsonObject) : undefined;
}
