import * as http from "node:http";
import * as https from "node:https";

/** The time limit for connecting. */
const CONNECT_MS = 10_000;

/**
 * Larger than any response that a provider requests; a server that sends more is not the expected
 * one.
 */
const MAX_BYTES = 64 * 1024 * 1024;

export interface Exchange {
  readonly tls: boolean;
  readonly options: https.RequestOptions;
  readonly payload?: string | Buffer | undefined;
  /**
   * The time limit, from the start of the exchange to the response's last byte. The time limit must
   * not include waits for other exchanges: limit the number of concurrent exchanges, not the
   * agent's sockets.
   */
  readonly timeoutMs?: number;
  /** The largest response to read. Default: 64 MiB. */
  readonly maxBytes?: number;
  /** Omits the header `connection`, which Node adds by default. */
  readonly withoutConnectionHeader?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/**
 * Why no response arrived: connecting failed, the connection broke, the time limit expired, or the
 * response is too large.
 */
export type ExchangeFailure = "unreachable" | "broken" | "timeout" | "too-large";

export class ExchangeError extends Error {
  constructor(
    readonly failure: ExchangeFailure,
    message: string,
    /** The error code from Node or the system, such as `ECONNREFUSED`; empty if there is none. */
    readonly code: string,
    /** Whether the server may have received the request. */
    readonly mayHaveArrived: boolean,
    /** Whether the connection was reused: the server may have closed it since the earlier call. */
    readonly wasKept: boolean,
  ) {
    super(message);
  }
}

/**
 * Sends one HTTP request and reads the whole response. It limits elapsed time and size, so that a
 * server that keeps sending small amounts cannot hold a call open forever.
 *
 * @throws ExchangeError if no response arrives
 */
export function exchange(call: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timers: NodeJS.Timeout[] = [];
    let connected = false;
    const request = (call.tls ? https : http).request(call.options);
    if (call.withoutConnectionHeader) request.removeHeader("connection");

    const fail = (failure: ExchangeFailure, message: string, code = "") => {
      timers.forEach(clearTimeout);
      reject(new ExchangeError(failure, message, code, connected, request.reusedSocket));
      request.destroy();
    };
    const broken = (error: Error) => {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      fail(connected ? "broken" : "unreachable", describeFailure(error), code);
    };
    const limit = (ms: number, failure: ExchangeFailure) => {
      const late = () =>
        fail(failure, `no ${connected ? "response" : "connection"} within ${ms / 1000} s`);
      const timer = setTimeout(late, ms);
      timers.push(timer);
      return timer;
    };

    if (call.timeoutMs !== undefined) limit(call.timeoutMs, "timeout");
    // a proxy that accepts a connection and stays silent never provides a socket, so this cannot
    // wait for one
    const noConnection = limit(CONNECT_MS, "unreachable");
    const isConnected = () => {
      connected = true;
      clearTimeout(noConnection);
    };
    request.on("socket", (socket) => {
      if (!socket.connecting) isConnected();
      else socket.once(call.tls ? "secureConnect" : "connect", isConnected);
    });
    request.on("error", broken);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const { maxBytes = MAX_BYTES } = call;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) fail("too-large", `the response is larger than ${maxBytes} bytes`);
        else chunks.push(chunk);
      });
      response.on("error", broken);
      response.on("end", () => {
        timers.forEach(clearTimeout);
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    request.end(call.payload);
  });
}

/** Describes a failed network request. */
function describeFailure(error: Error): string {
  // after trying several addresses (IPv4 and IPv6), the error has no message of its own
  if (error instanceof AggregateError) return error.errors.map(describeFailure).join("; ");
  return error.message || (error as NodeJS.ErrnoException).code || String(error);
}
