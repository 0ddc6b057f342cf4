import type { RequestOptions } from "node:https";
import { backOff } from "../../../kit/backoff";
import { exchange } from "../../../kit/http-exchange";
import { AccessError, ConnectionError, describe, isTransient, StatusError } from "./errors";
import { type ClusterSettings, type KubeConfig, loadKubeconfig } from "./kubeconfig";

export interface ClientOptions extends ClusterSettings {
  /** How long to retry a server that is unreachable or too busy. Default: 10 s. */
  readonly patienceMs?: number;
}

export interface CallOptions {
  /** The time limit for one attempt of a request, up to the response's last byte. Default: 30 s. */
  readonly timeoutMs?: number;
  /** See the client's options. */
  readonly patienceMs?: number;
  /**
   * Requests only the metadata of an object, or of each object of a list: a Secret's values are then
   * not transferred.
   */
  readonly metadataOnly?: boolean | "list";
}

const TIMEOUT_MS = 30_000;

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches */
const METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const LIST_METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** The largest page of a list. */
const PAGE_SIZE = 500;

interface ListPage<T> {
  readonly metadata?: { readonly continue?: string };
  /** Null instead of empty in a list of metadata. */
  readonly items: readonly T[] | null;
}

interface Call extends CallOptions {
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
}

/** A Kubernetes API server: https://kubernetes.io/docs/reference/using-api/api-concepts/ */
export class KubernetesClient {
  #config: Promise<KubeConfig> | undefined;

  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  get<T>(path: string, options: CallOptions = {}): Promise<T> {
    return this.#call("GET", path, undefined, options) as Promise<T>;
  }

  /** Sends an object that the server evaluates and does not store, such as an access review. */
  post<T>(path: string, body: object, options: CallOptions = {}): Promise<T> {
    return this.#call("POST", path, body, options) as Promise<T>;
  }

  /**
   * All objects of a list, which the server divides into pages:
   * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
   */
  async list<T>(path: string, options: CallOptions = {}): Promise<T[]> {
    const all: T[] = [];
    for (let next = ""; ; ) {
      const query = new URLSearchParams({ limit: `${PAGE_SIZE}`, ...(next && { continue: next }) });
      const page = await this.get<ListPage<T>>(`${path}?${query}`, options);
      all.push(...(page.items ?? []));
      next = page.metadata?.continue ?? "";
      if (next === "") return all;
    }
  }

  /** The API server's address in the kubeconfig; undefined if it cannot be read. */
  async address(): Promise<string | undefined> {
    try {
      return (await this.#load()).getCurrentCluster()?.server;
    } catch (error) {
      if (error instanceof AccessError) return undefined;
      throw error;
    }
  }

  /** @param options https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/ */
  async delete(path: string, options: object): Promise<void> {
    await this.#call("DELETE", path, options);
  }

  /** Sends an idempotent request, retrying until there is a response. */
  async #call(
    method: string,
    path: string,
    body?: object,
    options: CallOptions = {},
  ): Promise<unknown> {
    const config = await this.#load();
    const patienceMs = options.patienceMs ?? this.#options.patienceMs ?? 10_000;
    const deadline = Date.now() + patienceMs;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#sendLoggedIn(config, { method, path, body, ...options });
      } catch (error) {
        if (!isTransient(error) || Date.now() >= deadline) throw error;
        await backOff(attempt);
      }
    }
  }

  /** A kubeconfig that cannot be read now may be readable at the next call. */
  async #load(): Promise<KubeConfig> {
    this.#config ??= loadKubeconfig(this.#options);
    try {
      return await this.#config;
    } catch (error) {
      this.#config = undefined;
      throw new AccessError(describe(error));
    }
  }

  /**
   * Sends a request. Credentials from a command may be revoked before they expire: after a refusal,
   * the command runs once more, as in kubectl.
   */
  async #sendLoggedIn(config: KubeConfig, call: Call): Promise<unknown> {
    try {
      return await this.#send(config, call);
    } catch (error) {
      if (!(error instanceof RefusedCredentials) || !hasExec(config)) throw error;
    }
    this.#config = undefined; // the library caches a command's credentials in its configuration
    return await this.#send(await this.#load(), call);
  }

  async #send(config: KubeConfig, call: Call): Promise<unknown> {
    const { method, path, body, timeoutMs, metadataOnly } = call;
    const url = new URL(`${config.getCurrentCluster()?.server}${path}`);
    const options = await authenticate(config, {
      method,
      headers: {
        accept: acceptHeader(metadataOnly),
        "user-agent": "pulumi-resource-seldon",
      },
    });
    const { status, text } = await ask(url, options, body, timeoutMs);
    if (status >= 200 && status < 300) return parseAnswer(url, text);
    if (status === 401) {
      throw new RefusedCredentials(
        `${url.origin} does not accept the kubeconfig's credentials (401)`,
      );
    }
    throw toStatusError(status, text);
  }
}

function acceptHeader(metadataOnly: CallOptions["metadataOnly"]): string {
  if (metadataOnly === "list") return LIST_METADATA_ONLY;
  return metadataOnly ? METADATA_ONLY : "application/json";
}

async function authenticate(config: KubeConfig, options: RequestOptions): Promise<RequestOptions> {
  try {
    await config.applyToHTTPSOptions(options);
    return options;
  } catch (error) {
    const command = config.getCurrentUser()?.exec?.command;
    const how = command === undefined ? "" : ` with the command ${command}`;
    throw new AccessError(
      `the kubeconfig's user cannot log in${how}: ${firstLine(describe(error))}`,
    );
  }
}

/** The API server responded 401. */
class RefusedCredentials extends AccessError {}

function hasExec(config: KubeConfig): boolean {
  const user = config.getCurrentUser();
  return user?.exec !== undefined || user?.authProvider !== undefined;
}

async function ask(
  url: URL,
  options: RequestOptions,
  body: object | undefined,
  timeoutMs = TIMEOUT_MS,
) {
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const { hostname, port, pathname, search } = url;
  try {
    return await exchange({
      tls: url.protocol !== "http:",
      timeoutMs,
      payload,
      options: {
        ...options,
        host: hostname.replace(/^\[|\]$/g, ""),
        port,
        path: `${pathname}${search}`,
        headers: {
          ...options.headers,
          // Node sends a DELETE's body without a length, and the server reads it as the next
          // request
          ...(payload && { "content-type": "application/json", "content-length": payload.length }),
        },
      },
    });
  } catch (error) {
    throw new ConnectionError(
      `cannot connect to the Kubernetes API server at ${url.origin}: ${describe(error)}`,
    );
  }
}

function parseAnswer(url: URL, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(
      `the server at ${url.origin} is not a Kubernetes API server: its response is not JSON`,
    );
  }
}

function toStatusError(status: number, text: string): StatusError {
  try {
    const { message, reason } = JSON.parse(text) as { message?: string; reason?: string };
    return new StatusError(status, reason ?? "", message ?? `status ${status}`);
  } catch {
    return new StatusError(status, "", `status ${status}: ${firstLine(text).slice(0, 200)}`); // a proxy's
  }
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
