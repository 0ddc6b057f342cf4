import { setTimeout as sleep } from "node:timers/promises";
import { urlToHttpOptions } from "node:url";
import { exchange } from "../../providers/kit/http-exchange";
import type { ValueMap } from "../../providers/kit/values";
import { type ClusterAccess, readKubeconfig } from "./kubeconfig";

const TIMEOUT_MS = 30_000;
const TOO_MANY_REQUESTS = 429;
const RETRY_MS = 200;

/** The API server's refusal: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export class StatusError extends Error {
  constructor(
    /** The HTTP status. */
    readonly code: number,
    /** The server's name for the problem, such as `AlreadyExists`. */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof StatusError && error.code === 404;
}

export function isForbidden(error: unknown): boolean {
  return error instanceof StatusError && error.code === 403;
}

export function isConflict(error: unknown): boolean {
  return error instanceof StatusError && error.reason === "Conflict";
}

export function isAlreadyExists(error: unknown): boolean {
  return error instanceof StatusError && error.reason === "AlreadyExists";
}

export interface WriteOptions {
  /** The recorded manager of the fields. */
  readonly fieldManager: string;
  /** Returns what the server would do, without changing anything. */
  readonly dryRun?: boolean;
  /** Takes over fields of other managers. Default: the server refuses. */
  readonly force?: boolean;
}

/** A Kubernetes API server: https://kubernetes.io/docs/reference/using-api/api-concepts/ */
export class KubernetesApi {
  readonly #access: ClusterAccess;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  /** @throws Error with one line that says what is wrong with the kubeconfig. */
  static fromKubeconfig(pathOrContents: string | undefined, context?: string): KubernetesApi {
    return new KubernetesApi(readKubeconfig(pathOrContents, context));
  }

  get(path: string): Promise<ValueMap> {
    return this.#call("GET", path);
  }

  /** The object at a path; undefined if it does not exist. */
  async find(path: string): Promise<ValueMap | undefined> {
    try {
      return await this.get(path);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** The objects of a collection. */
  async list<T extends object>(path: string): Promise<T[]> {
    return (await this.get(path)).items as unknown as T[];
  }

  create(path: string, object: ValueMap, options: WriteOptions): Promise<ValueMap> {
    return this.#call("POST", `${path}?${query(options)}`, "application/json", object);
  }

  /** Server-side apply: https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
  apply(path: string, object: ValueMap, options: WriteOptions): Promise<ValueMap> {
    const target = `${path}?${query({ force: false, ...options })}`;
    return this.#call("PATCH", target, "application/apply-patch+yaml", object); // JSON is YAML
  }

  /** Applies a JSON patch (RFC 6902). */
  patch(path: string, operations: readonly object[]): Promise<ValueMap> {
    return this.#call("PATCH", path, "application/json-patch+json", operations);
  }

  async delete(path: string, options: object = {}): Promise<void> {
    await this.#call("DELETE", path, "application/json", options);
  }

  async #call(method: string, path: string, type?: string, body?: object): Promise<ValueMap> {
    const deadline = Date.now() + TIMEOUT_MS;
    for (;;) {
      const { status, text } = await this.#send(method, path, type, body);
      if (status >= 200 && status < 300) return JSON.parse(text) as ValueMap;
      // the server did nothing: on the first request for a custom kind, its storage is still
      // opening
      if (status !== TOO_MANY_REQUESTS || Date.now() > deadline) throw toStatusError(status, text);
      await sleep(RETRY_MS);
    }
  }

  async #send(method: string, path: string, type: string | undefined, body: object | undefined) {
    const { server, ca, verify, token, certificate, key } = this.#access;
    const url = new URL(path, server);
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      accept: "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(type !== undefined && { "content-type": type }),
      // Node sends a DELETE's body without it, and the server reads the body as the next request
      ...(payload !== undefined && { "content-length": payload.length }),
    };
    try {
      return await exchange({
        tls: url.protocol !== "http:",
        timeoutMs: TIMEOUT_MS,
        payload,
        options: {
          ...urlToHttpOptions(url),
          method,
          // a connection of its own: the server may have closed a kept-alive one
          agent: false,
          ca,
          cert: certificate,
          key,
          rejectUnauthorized: verify,
          headers,
        },
      });
    } catch (error) {
      throw new Error(`${method} ${url.origin}${url.pathname}: ${(error as Error).message}`);
    }
  }
}

function query({ fieldManager, dryRun, force }: WriteOptions): string {
  return new URLSearchParams({
    fieldManager,
    ...(dryRun && { dryRun: "All" }),
    ...(force !== undefined && { force: String(force) }),
  }).toString();
}

function toStatusError(status: number, text: string): StatusError {
  try {
    const { message, reason } = JSON.parse(text) as { message?: string; reason?: string };
    return new StatusError(status, reason ?? "", message ?? `status ${status}`);
  } catch {
    return new StatusError(status, "", `status ${status}: ${text.slice(0, 200)}`); // a proxy's
  }
}
