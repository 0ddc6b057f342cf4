import type { ValueMap } from "../../../../providers/kit/values";
import type { Settings } from "./settings";

const TIMEOUT_MS = 30_000;

/** The service's refusal: https://docs.cloud.google.com/storage/docs/json_api/v1/status-codes */
export class GoogleApiError extends Error {
  constructor(
    readonly code: number,
    message: string,
    reason: string,
  ) {
    super(`googleapi: Error ${code}: ${message}, ${reason}`);
  }
}

export function isGone(error: unknown): boolean {
  return error instanceof GoogleApiError && error.code === 404;
}

export interface ObjectVersion {
  readonly name: string;
  readonly generation: string;
  /** The time until which it cannot be deleted; not set in buckets without retention. */
  readonly retentionExpirationTime?: string;
}

/** The bucket part of https://docs.cloud.google.com/storage/docs/json_api/v1 */
export class StorageApi {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  insertBucket(project: string, bucket: ValueMap): Promise<ValueMap> {
    return this.#call("POST", `b?${query({ project })}`, bucket);
  }

  getBucket(name: string): Promise<ValueMap> {
    return this.#call("GET", bucketPath(name));
  }

  patchBucket(name: string, changes: ValueMap): Promise<ValueMap> {
    return this.#call("PATCH", bucketPath(name), changes);
  }

  /**
   * Permanently locks the retention policy, if the bucket has not changed since the caller read it.
   */
  lockRetention(name: string, metageneration: string): Promise<ValueMap> {
    const known = query({ ifMetagenerationMatch: metageneration });
    return this.#call("POST", `${bucketPath(name)}/lockRetentionPolicy?${known}`);
  }

  async deleteBucket(name: string): Promise<void> {
    await this.#call("DELETE", bucketPath(name));
  }

  getIamPolicy(name: string): Promise<ValueMap> {
    return this.#call("GET", `${bucketPath(name)}/iam?optionsRequestedPolicyVersion=3`);
  }

  setIamPolicy(name: string, policy: ValueMap): Promise<ValueMap> {
    return this.#call("PUT", `${bucketPath(name)}/iam`, policy);
  }

  /** All versions of all objects. */
  async listVersions(name: string): Promise<ObjectVersion[]> {
    const versions = await this.#list(`${bucketPath(name)}/o?versions=true`);
    return versions as unknown as ObjectVersion[];
  }

  /** The live versions of objects whose names start with the prefix. */
  listObjects(bucket: string, prefix: string): Promise<ValueMap[]> {
    return this.#list(`${bucketPath(bucket)}/o?${query({ prefix })}`);
  }

  async deleteVersion(bucket: string, name: string, generation: string): Promise<void> {
    const path = `${bucketPath(bucket)}/o/${encodeURIComponent(name)}?${query({ generation })}`;
    await this.#call("DELETE", path);
  }

  /** All pages of a listing. */
  async #list(path: string): Promise<ValueMap[]> {
    const all: ValueMap[] = [];
    for (let page = ""; ; ) {
      const { items, nextPageToken } = await this.#call("GET", `${path}${page}`);
      all.push(...((items ?? []) as ValueMap[]));
      if (typeof nextPageToken !== "string" || nextPageToken === "") return all;
      page = `&${query({ pageToken: nextPageToken })}`;
    }
  }

  async #call(method: string, path: string, body?: ValueMap): Promise<ValueMap> {
    const url = new URL(path, this.#settings.storageEndpoint);
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${this.#settings.accessToken}`,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      const cause = (error as Error).cause ?? error;
      throw new Error(`${method} ${url.origin}${url.pathname}: ${(cause as Error).message}`);
    }
    const text = await response.text();
    if (response.ok) return text === "" ? {} : (JSON.parse(text) as ValueMap);
    throw toError(response.status, text);
  }
}

function bucketPath(name: string): string {
  return `b/${encodeURIComponent(name)}`;
}

function query(parameters: Record<string, string>): string {
  return new URLSearchParams(parameters).toString();
}

function toError(status: number, text: string): GoogleApiError {
  try {
    const { error } = JSON.parse(text) as {
      error: { message: string; errors?: { reason: string }[] };
    };
    return new GoogleApiError(status, error.message, error.errors?.[0]?.reason ?? "unknown");
  } catch {
    return new GoogleApiError(status, text.slice(0, 200), "unknown"); // a proxy's
  }
}
