import type { Agent } from "node:http";
import { ConcurrencyLimit } from "../../providers/kit/concurrency-limit";
import type { Answer } from "../../providers/kit/http-exchange";
import { agentFor, describeNoAnswer, jsonOf, request } from "../http";

/** https://cloud.google.com/storage/docs/json_api/v1 */
const ENDPOINT = "https://storage.googleapis.com/storage/v1/";

/** A response that is not a success. */
export class StorageError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface BucketInfo {
  readonly name: string;
  readonly location: string;
  readonly timeCreated: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface ObjectVersion {
  readonly name: string;
  readonly generation: string;
  readonly size: string;
}

export interface StorageOptions {
  readonly token: () => Promise<string>;
  /** The setting `gcp:storageCustomEndpoint`, which ends in `/storage/v1/`. */
  readonly endpoint?: string | undefined;
  readonly variables: NodeJS.ProcessEnv;
  /** The time limit of a request. Default: that of `request`. */
  readonly timeoutMs?: number;
  /** How many items a page of a list has. Default: the service decides. */
  readonly pageSize?: number;
}

/** How many requests are sent at once. */
const MAX_CALLS = 8;

/** The buckets of Google Cloud. */
export class StorageClient {
  readonly #options: StorageOptions;
  readonly #endpoint: URL;
  readonly #agent: Agent;
  readonly #limit = new ConcurrencyLimit(MAX_CALLS);

  constructor(options: StorageOptions) {
    this.#options = options;
    this.#endpoint = new URL(options.endpoint ?? ENDPOINT);
    this.#agent = agentFor(this.#endpoint, options.variables);
  }

  /** The bucket, or undefined if it does not exist. */
  async bucket(name: string): Promise<BucketInfo | undefined> {
    try {
      return (await this.#get(bucketPath(name))) as unknown as BucketInfo;
    } catch (error) {
      if (error instanceof StorageError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Those of the permissions that the caller has on a bucket. */
  async heldPermissions(bucket: string, permissions: readonly string[]): Promise<string[]> {
    const query = new URLSearchParams();
    for (const one of permissions) query.append("permissions", one);
    const path = `${bucketPath(bucket)}/iam/testPermissions?${query}`;
    return ((await this.#get(path)).permissions as string[] | undefined) ?? [];
  }

  /** The names of objects with a prefix, but not all of them. */
  async objects(bucket: string, prefix: string): Promise<string[]> {
    const query = new URLSearchParams({ prefix, maxResults: "100", fields: "items(name)" });
    const { items = [] } = await this.#get(`${bucketPath(bucket)}/o?${query}`);
    return (items as { name: string }[]).map(({ name }) => name);
  }

  /** Succeeds if the project exists and the caller may list its buckets. */
  async listBuckets(project: string): Promise<void> {
    await this.#get(`b?${new URLSearchParams({ project, maxResults: "1", fields: "kind" })}`);
  }

  /** The buckets of a project. */
  buckets(project: string): Promise<BucketInfo[]> {
    return this.#list(`b?${new URLSearchParams({ project })}`);
  }

  /** All versions of all objects. */
  versions(bucket: string): Promise<ObjectVersion[]> {
    const fields = "items(name,generation,size),nextPageToken";
    const query = new URLSearchParams({ versions: "true", fields });
    return this.#list(`${bucketPath(bucket)}/o?${query}`);
  }

  /** The objects with a prefix, and when they were created. */
  created(bucket: string, prefix: string): Promise<{ name: string; timeCreated: string }[]> {
    const fields = "items(name,timeCreated),nextPageToken";
    return this.#list(`${bucketPath(bucket)}/o?${new URLSearchParams({ prefix, fields })}`);
  }

  async deleteVersion(bucket: string, { name, generation }: ObjectVersion): Promise<void> {
    const path = `${bucketPath(bucket)}/o/${encodeURIComponent(name)}`;
    await this.#send("DELETE", `${path}?${new URLSearchParams({ generation })}`);
  }

  /** Deletes a bucket, which must be empty. */
  async deleteBucket(name: string): Promise<void> {
    await this.#send("DELETE", bucketPath(name));
  }

  /** All pages of a list. */
  async #list<T>(path: string): Promise<T[]> {
    const { pageSize } = this.#options;
    const size = pageSize === undefined ? "" : `&maxResults=${pageSize}`;
    const all: T[] = [];
    for (let page = size; ; ) {
      const { items = [], nextPageToken } = await this.#get(`${path}${page}`);
      all.push(...(items as T[]));
      if (typeof nextPageToken !== "string" || nextPageToken === "") return all;
      page = `${size}&${new URLSearchParams({ pageToken: nextPageToken })}`;
    }
  }

  async #get(path: string): Promise<Readonly<Record<string, unknown>>> {
    const { origin } = this.#endpoint;
    const body = jsonOf(await this.#send("GET", path));
    if (body === undefined) throw new StorageError(200, `${origin} did not respond with JSON`);
    return body;
  }

  #send(method: string, path: string): Promise<Answer> {
    return this.#limit.run(undefined, async () => {
      const { token, variables, timeoutMs } = this.#options;
      const url = new URL(path, this.#endpoint);
      const headers = { authorization: `Bearer ${await token()}`, accept: "application/json" };
      const answer = await request(url, {
        ...{ method, headers, variables, agent: this.#agent },
        ...(timeoutMs !== undefined && { timeoutMs }),
      }).catch((error: unknown) => {
        throw new Error(`cannot connect to ${url.origin}: ${describeNoAnswer(error)}`);
      });
      if (answer.status >= 200 && answer.status < 300) return answer;
      const { message } = (jsonOf(answer)?.error ?? {}) as { message?: string };
      throw new StorageError(
        answer.status,
        message ?? `${url.origin} responded with status ${answer.status}`,
      );
    });
  }
}

function bucketPath(name: string): string {
  return `b/${encodeURIComponent(name)}`;
}
