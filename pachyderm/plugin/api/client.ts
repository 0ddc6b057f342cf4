import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { type Address, formatAddress } from "./address";
import { ConnectionError, isTransient, NotPachydermError, ServerError } from "./errors";

export interface ClientOptions {
  readonly address: Address;
  readonly token?: string | undefined;
  readonly caCertificate?: string | undefined;
  /** How long calls that may be repeated are tried while the server is out of reach. Default: 10 s. */
  readonly patienceMs?: number;
}

export interface CallOptions {
  /** The transaction that the call is part of: it is validated, but nothing is done. */
  readonly transaction?: string;
  /** How long one try may take. Default: 60 s. */
  readonly timeoutMs?: number;
  /** Whether the call may be sent twice: then it is tried again after transient failures. */
  readonly repeatable?: boolean;
  /** The token to call with. Default: the client's own. */
  readonly token?: string;
}

/** How long an answer to one request is waited for. */
const TIMEOUT_MS = 60_000;

/** The server is shared: no more calls at once, whatever `--parallel` says. */
const MAX_CALLS = 8;

/** A restart of pachd takes about this long. */
const PATIENCE_MS = 10_000;

/** What a proxy answers, in its own words, while nobody behind it does. */
const PROXY_STATUS = [502, 503, 504];

/** The longest wait between two tries. */
const MAX_DELAY_MS = 2_000;

/**
 * Calls Pachyderm's HTTP API: every RPC is a POST of JSON to `/api/<package>.API/<Method>`. The
 * server's side: pachyderm/pachyderm src/internal/restgateway/restgateway.go.
 */
export class Client {
  readonly address: string;
  readonly patienceMs: number;
  readonly #options: ClientOptions;
  readonly #agent: http.Agent;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.address = formatAddress(options.address);
    this.patienceMs = options.patienceMs ?? PATIENCE_MS;
    const agentOptions = { keepAlive: true, maxSockets: MAX_CALLS };
    this.#agent = options.address.tls
      ? new https.Agent({ ...agentOptions, ca: options.caCertificate })
      : new http.Agent(agentOptions);
  }

  /** Sends one request and returns the answer. */
  async call<Response>(rpc: string, request: object, options: CallOptions = {}): Promise<Response> {
    return (await this.#retry(options.repeatable ?? false, async () => {
      const text = await this.#send(rpc, request, options);
      return this.#parse(rpc, text);
    })) as Response;
  }

  /** Sends one request whose answer is a stream, and returns all of its items. */
  async list<Item>(rpc: string, request: object, options: CallOptions = {}): Promise<Item[]> {
    return await this.#retry(options.repeatable ?? false, async () => {
      const text = await this.#send(rpc, request, options);
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => {
          const item = this.#parse(rpc, line) as { result?: Item; error?: ErrorBody };
          // an error after the first item comes under HTTP 200
          if (item.error) throw toServerError(rpc, 500, item.error);
          return item.result as Item;
        });
    });
  }

  /** Ends idle connections, which would keep the process alive. */
  close(): void {
    this.#agent.destroy();
  }

  async #retry<T>(repeatable: boolean, action: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + (repeatable ? this.patienceMs : 0);
    for (let attempt = 0; ; attempt++) {
      try {
        return await action();
      } catch (error) {
        const delay = Math.random() * Math.min(MAX_DELAY_MS, 200 * 2 ** attempt);
        if (!isTransient(error) || Date.now() + delay > deadline) throw error;
        await sleep(delay);
      }
    }
  }

  #parse(rpc: string, text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw this.#notPachyderm(`its answer to ${rpc} is not JSON`);
    }
  }

  #send(rpc: string, body: object, options: CallOptions): Promise<string> {
    const { tls, host, port } = this.#options.address;
    const { timeoutMs = TIMEOUT_MS } = options;
    return new Promise((resolve, reject) => {
      let connected = false;
      const fail = (error: Error) => reject(this.#connectionError(error, connected));
      const request = (tls ? https : http).request({
        host,
        port,
        agent: this.#agent,
        method: "POST",
        path: `/api/${rpc}`,
        headers: this.#headers(options),
      });
      // pachd's own port passes this header on to gRPC, which ends the call with PROTOCOL_ERROR:
      // https://github.com/grpc-ecosystem/grpc-gateway/issues/3681
      request.removeHeader("connection");
      request.on("socket", (socket) => {
        if (!socket.connecting) connected = true;
        else
          socket.once(tls ? "secureConnect" : "connect", () => {
            connected = true;
          });
      });
      request.setTimeout(timeoutMs, () => {
        request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`));
      });
      request.on("error", fail);
      request.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", fail);
        response.on("end", () => {
          try {
            resolve(this.#checked(rpc, response, Buffer.concat(chunks).toString("utf8")));
          } catch (error) {
            reject(error);
          }
        });
      });
      request.end(JSON.stringify(body));
    });
  }

  #headers({ transaction, token = this.#options.token }: CallOptions): http.OutgoingHttpHeaders {
    const headers: http.OutgoingHttpHeaders = { "content-type": "application/json" };
    if (token !== undefined) headers["authn-token"] = token;
    if (transaction !== undefined) headers["pach-transaction"] = transaction;
    return headers;
  }

  /** The answer's text, or the error that it is. */
  #checked(rpc: string, response: http.IncomingMessage, text: string): string {
    const status = response.statusCode ?? 0;
    if (status === 200) return text;
    const error = parseError(text);
    if (error !== undefined) throw toServerError(rpc, status, error);
    if (PROXY_STATUS.includes(status)) {
      // Pachyderm's proxy answers for a pachd that restarts; the request may have reached it
      throw new ConnectionError(this.address, `its proxy answers ${status} to ${rpc}`, true);
    }
    throw this.#notPachyderm(
      `it answers ${status} with ${response.headers["content-type"] ?? "no content"} to ${rpc}`,
    );
  }

  #connectionError(error: Error, connected: boolean): Error {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code.startsWith("HPE_")) {
      return this.#notPachyderm(
        "it does not speak HTTP (ports 1650 and 30650 are for gRPC alone, and https needs TLS)",
      );
    }
    // an error of several addresses has no message of its own
    const reason = error.message || code || String(error);
    return new ConnectionError(this.address, reason, connected);
  }

  #notPachyderm(found: string): NotPachydermError {
    return new NotPachydermError(
      `${this.address} is not the HTTP API of Pachyderm 2.8 or newer: ${found}. Give the ` +
        "address of Pachyderm's proxy, or port 1659 of its Service pachd-proxy-backend",
    );
  }
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
    return undefined; // not Pachyderm's; told by the caller
  }
  // streams wrap their errors
  const error = (body as { error?: unknown } | null)?.error ?? body;
  const { code, message } = (error ?? {}) as Partial<ErrorBody>;
  return typeof code === "number" && typeof message === "string" ? { code, message } : undefined;
}

function toServerError(rpc: string, status: number, error: ErrorBody): ServerError {
  return new ServerError(rpc, status, error.code, error.message);
}
