import * as http from "node:http";
import * as https from "node:https";

/** How long it may take to get a connection. */
const CONNECT_MS = 10_000;

/** No answer that a provider asks for is larger; a server that sends more is not what it should be. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface Exchange {
  readonly tls: boolean;
  readonly options: https.RequestOptions;
  readonly payload?: string | Buffer | undefined;
  /**
   * How long the exchange may take, from its start to the answer's last byte. The agent must not
   * make it wait for other exchanges: limit those that run at once, not the agent's sockets.
   */
  readonly timeoutMs?: number;
  /** The largest answer that is read. Default: 64 MiB. */
  readonly maxBytes?: number;
  /** Leaves out the header `connection`, which Node adds by itself. */
  readonly withoutConnectionHeader?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/**
 * Why there is no answer: no connection could be made, it broke, the time that the call has was
 * over, or the answer is larger than any that makes sense.
 */
export type ExchangeFailure = "unreachable" | "broken" | "timeout" | "too-large";

export class ExchangeError extends Error {
  constructor(
    readonly failure: ExchangeFailure,
    message: string,
    /** Node's or the system's code of the error, such as `ECONNREFUSED`; empty if it has none. */
    readonly code: string,
    /** Whether the server may have got the request. */
    readonly mayHaveArrived: boolean,
    /** Whether the connection was kept from an earlier call: the server may have ended it since. */
    readonly wasKept: boolean,
  ) {
    super(message);
  }
}

/**
 * Sends one HTTP request and reads the whole answer. Its limits are of time on the clock and of
 * size: a server that goes on sending a little must not hold a call for ever.
 *
 * @throws ExchangeError if there is no answer
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
        fail(failure, `no ${connected ? "answer" : "connection"} within ${ms / 1000} s`);
      const timer = setTimeout(late, ms);
      timers.push(timer);
      return timer;
    };

    if (call.timeoutMs !== undefined) limit(call.timeoutMs, "timeout");
    // a proxy that accepts and stays silent gives no socket at all, so this cannot wait for one
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
        if (size > maxBytes) fail("too-large", `the answer is larger than ${maxBytes} bytes`);
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

/** What a failed network request says. */
function describeFailure(error: Error): string {
  // one of several addresses (IPv4 and IPv6) has no message of its own
  if (error instanceof AggregateError) return error.errors.map(describeFailure).join("; ");
  return error.message || (error as NodeJS.ErrnoException).code || String(error);
}
