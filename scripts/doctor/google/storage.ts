import { describeNoAnswer, jsonOf, request } from "../http";

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
  readonly location: string;
}

export interface StorageOptions {
  readonly token: string;
  /** The setting `gcp:storageCustomEndpoint`, which ends in `/storage/v1/`. */
  readonly endpoint?: string | undefined;
  readonly variables: NodeJS.ProcessEnv;
}

/** The buckets of Google Cloud; only reads. */
export class StorageClient {
  readonly #options: StorageOptions;

  constructor(options: StorageOptions) {
    this.#options = options;
  }

  /** The bucket, or undefined if it does not exist. */
  async bucket(name: string): Promise<BucketInfo | undefined> {
    try {
      return (await this.#get(`b/${encodeURIComponent(name)}`)) as unknown as BucketInfo;
    } catch (error) {
      if (error instanceof StorageError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Which of the permissions the caller has on a bucket. */
  async heldPermissions(bucket: string, permissions: readonly string[]): Promise<string[]> {
    const query = new URLSearchParams();
    for (const one of permissions) query.append("permissions", one);
    const path = `b/${encodeURIComponent(bucket)}/iam/testPermissions?${query}`;
    return ((await this.#get(path)).permissions as string[] | undefined) ?? [];
  }

  /** The names of some objects whose names begin with a prefix. */
  async objects(bucket: string, prefix: string): Promise<string[]> {
    const query = new URLSearchParams({ prefix, maxResults: "100", fields: "items(name)" });
    const { items = [] } = await this.#get(`b/${encodeURIComponent(bucket)}/o?${query}`);
    return (items as { name: string }[]).map(({ name }) => name);
  }

  /** Succeeds if the project exists and the caller may list its buckets. */
  async listBuckets(project: string): Promise<void> {
    await this.#get(`b?${new URLSearchParams({ project, maxResults: "1", fields: "kind" })}`);
  }

  async #get(path: string): Promise<Readonly<Record<string, unknown>>> {
    const { token, endpoint = ENDPOINT, variables } = this.#options;
    const url = new URL(path, endpoint);
    const headers = { authorization: `Bearer ${token}`, accept: "application/json" };
    const answer = await request(url, { headers, variables }).catch((error: unknown) => {
      throw new Error(`cannot connect to ${url.origin}: ${describeNoAnswer(error)}`);
    });
    const body = jsonOf(answer);
    if (answer.status === 200 && body !== undefined) return body;
    const { message } = (body?.error ?? {}) as { message?: string };
    throw new StorageError(answer.status, message ?? `${url.origin} responded ${answer.status}`);
  }
}
