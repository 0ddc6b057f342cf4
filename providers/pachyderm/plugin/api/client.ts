import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { HttpProxyAgent, HttpsProxyAgent } from "hpagent";
import { backoffMs } from "../../../kit/backoff";
import { ConcurrencyLimit } from "../../../kit/concurrency-limit";
import { type Answer, ExchangeError, exchange } from "../../../kit/http-exchange";
import { type HttpProxy, proxyFor } from "../../../kit/http-proxy";
import { type Address, formatAddress } from "./address";
import type { Deadline } from "./deadline";
import {
  ConnectionError,
  isTransient,
  NotPachydermError,
  ServerError,
  TimeoutError,
} from "./errors";

export interface ClientOptions {
  readonly address: Address;
  readonly token?: string | undefined;
  readonly caCertificate?: string | undefined;
  /** How long to retry repeatable calls while the server is unreachable. Default: 10 s. */
  readonly patienceMs?: number;
  /** The environment with HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Default: empty. */
  readonly environment?: NodeJS.ProcessEnv;
}

export interface CallOptions {
  /** The transaction that the call is part of: it is validated but has no effect. */
  readonly transaction?: string;
  /**
   * How long one attempt may take, from connecting to the last byte of the response. Default: 60 s.
   */
  readonly timeoutMs?: number;
  /** The deadline of the operation that the call performs, instead of `timeoutMs`. */
  readonly deadline?: Deadline | undefined;
  /** Whether the call may be sent twice: then it is retried after transient failures. */
  readonly repeatable?: boolean;
  /** Aborted when nothing waits for the response anymore; for calls that change nothing. */
  readonly signal?: AbortSignal;
  /** The token to call with. Default: the client's own. */
  readonly token?: string;
}

/** The default time limit of a request that is not an operation by itself. */
const TIMEOUT_MS = 60_000;

/**
 * The maximum number of concurrent calls, whatever `--parallel` is, because the server is shared.
 */
const MAX_CALLS = 8;

/** A restart of pachd takes about this long. */
const PATIENCE_MS = 10_000;

/** The statuses of a proxy whose upstream is unavailable. */
const PROXY_STATUS = [502, 503, 504];

/** The time limit for a proxy to connect to the server. */
const PROXY_CONNECT_MS = 10_000;

/**
 * Calls Pachyderm's HTTP API: every RPC is a POST of JSON to `/api/<package>.API/<Method>`. The
 * server side: pachyderm/pachyderm src/internal/restgateway/restgateway.go.
 */
export class Client {
  readonly address: string;
  readonly patienceMs: number;
  readonly #options: ClientOptions;
  readonly #agent: http.Agent;
  readonly #turns = new ConcurrencyLimit(MAX_CALLS);
  readonly #proxy: HttpProxy | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.address = formatAddress(options.address);
    this.patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.#proxy = proxyFor(options.address, options.environment ?? {});
    this.#agent = makeAgent(options, this.#proxy);
  }

  /** Sends one request and returns the response. */
  async call<Response>(rpc: string, request: object, options: CallOptions = {}): Promise<Response> {
    return (await this.#retry(options.repeatable ?? false, async () => {
      const text = await this.#send(rpc, request, options);
      return this.#parse(rpc, text);
    })) as Response;
  }

  /** Sends one request whose response is a stream, and returns all of its items. */
  async list<Item>(rpc: string, request: object, options: CallOptions = {}): Promise<Item[]> {
    return await this.#retry(options.repeatable ?? false, async () => {
      const text = await this.#send(rpc, request, options);
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => {
          const item = this.#parse(rpc, line) as { result?: Item; error?: ErrorBody };
          // an error after the first item arrives with HTTP 200
          if (item.error) throw toServerError(rpc, 500, item.error);
          return item.result as Item;
        });
    });
  }

  /** Closes all connections, which would keep the process alive; no call may be in progress. */
  close(): void {
    this.#agent.destroy();
  }

  async #retry<T>(repeatable: boolean, action: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + (repeatable ? this.patienceMs : 0);
    for (let attempt = 0; ; attempt++) {
      try {
        return await action();
      } catch (error) {
        const delay = backoffMs(attempt);
        // a retry would only slow down a slow server: Pachyderm starts over at each attempt
        if (error instanceof TimeoutError) throw error;
        // a broken kept-alive connection says nothing about the server: retry on a new one
        if (repeatable && attempt === 0 && error instanceof ConnectionError && error.wasKept) {
          continue;
        }
        if (!isTransient(error) || Date.now() + delay > deadline) throw error;
        await sleep(delay);
      }
    }
  }

  #parse(rpc: string, text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw this.#notPachyderm(`its response to ${rpc} is not JSON`);
    }
  }

  /**
   * Sends a request once fewer than the maximum number of calls are in progress. The wait counts
   * toward an operation's deadline, but not toward a call's own time limit.
   */
  async #send(rpc: string, body: object, options: CallOptions): Promise<string> {
    const { deadline, signal } = options;
    const over = deadline && AbortSignal.timeout(Math.ceil(deadline.leftMs()));
    const signals = [over, signal].filter((one) => one !== undefined);
    let began = false;
    try {
      return await this.#turns.run(AbortSignal.any(signals), () => {
        began = true;
        return this.#exchange(rpc, body, options);
      });
    } catch (error) {
      if (began) throw error;
      if (signal?.aborted) throw new ConnectionError(this.#where, "cancelled", false);
      throw deadline === undefined ? error : this.#tooLate(rpc, deadline, false);
    }
  }

  async #exchange(rpc: string, body: object, options: CallOptions): Promise<string> {
    const { tls, host, port } = this.#options.address;
    const { deadline } = options;
    const timeoutMs = deadline?.leftMs() ?? options.timeoutMs ?? TIMEOUT_MS;
    if (deadline !== undefined && timeoutMs === 0) throw this.#tooLate(rpc, deadline, false);
    try {
      const answer = await exchange({
        tls,
        timeoutMs,
        payload: JSON.stringify(body),
        // pachd's own port passes this header on to gRPC, which ends the call with PROTOCOL_ERROR:
        // https://github.com/grpc-ecosystem/grpc-gateway/issues/3681
        withoutConnectionHeader: true,
        options: {
          host,
          port,
          agent: this.#agent,
          method: "POST",
          path: `/api/${rpc}`,
          headers: this.#headers(options),
          ...(options.signal && { signal: options.signal }),
        },
      });
      return this.#checked(rpc, answer);
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      throw this.#noAnswer(rpc, error, options);
    }
  }

  #headers({ transaction, token = this.#options.token }: CallOptions): http.OutgoingHttpHeaders {
    const headers: http.OutgoingHttpHeaders = { "content-type": "application/json" };
    if (token !== undefined) headers["authn-token"] = token;
    if (transaction !== undefined) headers["pach-transaction"] = transaction;
    return headers;
  }

  /** The response's text, or throws its error. */
  #checked(rpc: string, { status, headers, text }: Answer): string {
    if (status === 200) return text;
    const error = parseError(text);
    if (error !== undefined) throw toServerError(rpc, status, error);
    if (PROXY_STATUS.includes(status)) {
      // Pachyderm's proxy responds while pachd restarts; the request may have reached pachd
      throw new ConnectionError(this.address, `its proxy responded ${status} to ${rpc}`, true);
    }
    throw this.#notPachyderm(
      `it responded ${status} with ${headers["content-type"] ?? "no content"} to ${rpc}`,
    );
  }

  #noAnswer(rpc: string, error: ExchangeError, { deadline, timeoutMs }: CallOptions): Error {
    if (error.code.startsWith("HPE_")) {
      return this.#notPachyderm(
        "it does not respond with HTTP (ports 1650 and 30650 serve only gRPC, and https " +
          "requires TLS)",
      );
    }
    if (error.failure === "timeout" && deadline !== undefined) {
      return this.#tooLate(rpc, deadline, error.mayHaveArrived);
    }
    if (error.failure === "timeout" && error.mayHaveArrived) {
      const seconds = (timeoutMs ?? TIMEOUT_MS) / 1000;
      return new TimeoutError(
        `${this.#server} did not respond to ${rpc} within ${seconds} s`,
        true,
      );
    }
    if (error.failure === "too-large") {
      return new Error(`${this.#server}: ${error.message} (${rpc})`);
    }
    const { message, mayHaveArrived, wasKept } = error;
    return new ConnectionError(this.#where, message, mayHaveArrived, wasKept);
  }

  #tooLate(rpc: string, { operation, seconds }: Deadline, mayHaveArrived: boolean): TimeoutError {
    return new TimeoutError(
      `${this.#server} did not finish ${rpc} within ${seconds} s. To allow more time, ` +
        `increase customTimeouts.${operation} of the resource and run \`pulumi up\``,
      mayHaveArrived,
    );
  }

  get #server(): string {
    return `Pachyderm at ${this.#where}`;
  }

  /** The address, with the proxy if there is one. */
  get #where(): string {
    return this.#proxy === undefined
      ? this.address
      : `${this.address} (through ${this.#proxy.variable}'s proxy ${this.#proxy.url.host})`;
  }

  #notPachyderm(found: string): NotPachydermError {
    return new NotPachydermError(
      `${this.address} is not the HTTP API of Pachyderm 2.8 or newer: ${found}. Use the ` +
        "address of Pachyderm's proxy, or port 1659 of its Service pachd-proxy-backend",
    );
  }
}

function makeAgent(
  { address, caCertificate }: ClientOptions,
  proxy: HttpProxy | undefined,
): http.Agent {
  const shared = { keepAlive: true };
  const options = address.tls && caCertificate ? { ...shared, ca: caCertificate } : shared;
  if (proxy !== undefined) {
    const proxied = { ...options, proxy: proxy.url, timeout: PROXY_CONNECT_MS };
    return address.tls ? new HttpsProxyAgent(proxied) : new HttpProxyAgent(proxied);
  }
  return address.tls ? new https.Agent(options) : new http.Agent(options);
}

interface ErrorBody {
  readonly code: number;
  readonly message: string;
}

function parseError(text: string): ErrorBody | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text.split("\n")[0] ?? "");
  } catch {
    return undefined; // not an error of Pachyderm; the caller reports it
  }
  // streams wrap their errors
  const error = (body as { error?: unknown } | null)?.error ?? body;
  const { code, message } = (error ?? {}) as Partial<ErrorBody>;
  return typeof code === "number" && typeof message === "string" ? { code, message } : undefined;
}

function toServerError(rpc: string, status: number, error: ErrorBody): ServerError {
  return new ServerError(rpc, status, error.code, error.message);
}
