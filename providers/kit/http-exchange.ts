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
  /** How long the exchange may take once it has its connection, up to the answer's last byte. */
  readonly timeoutMs?: number;
  /** How long it may take in all, the wait for a connection included. */
  readonly totalMs?: number;
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
 * Why there is no answer: no connection could be made, it broke, the time was over on a working
 * connection, or the answer is larger than any that makes sense.
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
    const limit = (ms: number | undefined, failure: () => ExchangeFailure, message: string) => {
      if (ms === undefined) return;
      timers.push(setTimeout(() => fail(failure(), message), ms));
    };

    limit(call.totalMs, () => "timeout", `no answer within ${seconds(call.totalMs)}`);
    request.on("socket", (socket) => {
      const late = () => (connected ? "timeout" : "unreachable");
      limit(call.timeoutMs, late, `no answer within ${seconds(call.timeoutMs)}`);
      if (!socket.connecting) {
        connected = true;
        return;
      }
      const noConnection = setTimeout(
        () => fail("unreachable", `no connection within ${seconds(CONNECT_MS)}`),
        CONNECT_MS,
      );
      timers.push(noConnection);
      socket.once(call.tls ? "secureConnect" : "connect", () => {
        connected = true;
        clearTimeout(noConnection);
      });
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

function seconds(ms = 0): string {
  return `${ms / 1000} s`;
}

/** What a failed network request says. */
function describeFailure(error: Error): string {
  // one of several addresses (IPv4 and IPv6) has no message of its own
  if (error instanceof AggregateError) return error.errors.map(describeFailure).join("; ");
  return error.message || (error as NodeJS.ErrnoException).code || String(error);
}
