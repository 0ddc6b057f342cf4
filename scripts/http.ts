import { Agent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { HttpProxyAgent, HttpsProxyAgent } from "hpagent";
import { type Answer, ExchangeError, exchange } from "../providers/kit/http-exchange";
import { proxyFor } from "../providers/kit/http-proxy";

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default: 5 s. */
  readonly timeoutMs?: number;
  /** The largest response to read. Default: 4 MiB. */
  readonly maxBytes?: number;
  /** The environment with HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  readonly variables?: NodeJS.ProcessEnv;
  /** Keeps connections for further requests, see `agentFor`. Default: connections are not kept. */
  readonly agent?: Agent | undefined;
}

const TIMEOUT_MS = 5_000;

const MAX_BYTES = 4 * 1024 * 1024;

/** The methods that may be repeated: doing so has the same effect as doing it once. */
const REPEATABLE = new Set(["GET", "DELETE"]);

/**
 * Sends a repeatable request again on a new connection if the server has closed the one that was kept.
 * @throws ExchangeError if the server does not respond
 */
export async function request(url: URL, options: HttpRequest = {}): Promise<Answer> {
  try {
    return await send(url, options);
  } catch (error) {
    const wasClosed = error instanceof ExchangeError && error.wasKept && error.failure === "broken";
    if (!wasClosed || !REPEATABLE.has(options.method ?? "GET")) throw error;
    return await send(url, { ...options, agent: undefined });
  }
}

function send(url: URL, options: HttpRequest): Promise<Answer> {
  const { method = "GET", headers = {}, body, variables = {} } = options;
  const { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = options;
  const { tls, host, port } = targetOf(url);
  const agent = options.agent ?? agentFor(url, variables, false);
  return exchange({
    tls,
    timeoutMs,
    maxBytes,
    payload: body,
    options: {
      host,
      port,
      method,
      path: `${url.pathname}${url.search}`,
      headers: {
        ...headers,
        ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
      },
      agent,
    },
  });
}

/** Connects to the URL's host, through the environment's proxy if one applies. */
export function agentFor(url: URL, variables: NodeJS.ProcessEnv, keepAlive = true): Agent {
  const target = targetOf(url);
  const proxy = proxyFor(target, variables)?.url;
  if (proxy === undefined)
    return target.tls ? new HttpsAgent({ keepAlive }) : new Agent({ keepAlive });
  const ProxyAgent = target.tls ? HttpsProxyAgent : HttpProxyAgent;
  return new ProxyAgent({ proxy, keepAlive });
}

function targetOf(url: URL): { tls: boolean; host: string; port: number } {
  const tls = url.protocol === "https:";
  const port = Number(url.port) || (tls ? 443 : 80);
  return { tls, host: url.hostname.replace(/^\[|\]$/g, ""), port };
}

/** The response's JSON; undefined if it is not a JSON object. */
export function jsonOf({ text }: Answer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Why the server did not respond, without its address, which may be a secret. */
export function describeNoAnswer(error: unknown): string {
  if (!(error instanceof ExchangeError)) throw error;
  const { failure, code } = error;
  if (["ENOTFOUND", "EAI_AGAIN"].includes(code)) return "its host name cannot be resolved";
  if (code === "ECONNREFUSED") return "the connection was refused";
  if (/CERT|SELF_SIGNED|ISSUER/.test(code)) return `its certificate is not trusted (${code})`;
  if (failure === "timeout" || failure === "unreachable") return "it did not respond in time";
  return `the connection failed${code === "" ? "" : ` (${code})`}`;
}
