import { BUCKET_STACK_LABEL, type Marks } from "../../program/stack-mark";
import { ConcurrencyLimit } from "../../providers/kit/concurrency-limit";
import { run } from "../../sandbox/runtime/run";
import { type Note, rethrow, type Thing } from "./things";

const DEFAULT_ENDPOINT = "https://storage.googleapis.com/storage/v1/";
const TIMEOUT_MS = 60_000;
const MAX_CALLS = 8;

/** The buckets of a project of Google Cloud: https://docs.cloud.google.com/storage/docs/json_api/v1 */
export class BucketSystem {
  readonly #project: string;
  readonly #endpoint: string;
  readonly #token: () => Promise<string>;
  readonly #limit = new ConcurrencyLimit(MAX_CALLS);

  constructor(project: string, token: () => Promise<string>, endpoint: string = DEFAULT_ENDPOINT) {
    this.#project = project;
    this.#token = token;
    this.#endpoint = endpoint;
  }

  /** The project's buckets, the marked ones with their size; without what cannot be read, which is noted. */
  async list(note: Note = rethrow): Promise<Thing[]> {
    const query = new URLSearchParams({ project: this.#project });
    const buckets = await this.#list<Bucket>(`b?${query}`).catch((error: unknown) =>
      note(required("storage.buckets.list", `project ${this.#project}`, error)),
    );
    return await Promise.all(
      (buckets ?? []).map(async (bucket): Promise<Thing> => {
        const { name, timeCreated } = bucket;
        const found: Thing = { kind: "bucket", id: name, created: timeCreated };
        const marks = marksOf(bucket);
        if (marks.stack === undefined) return found;
        const versions = await this.#versions(name).catch((error: unknown) =>
          note(required("storage.objects.list", `bucket ${name}`, error)),
        );
        const bytes = versions?.reduce((sum, { size }) => sum + Number(size), 0);
        return { ...found, marks, ...(bytes !== undefined && { bytes }) };
      }),
    );
  }

  /** The marks that a bucket has now; undefined if it does not exist. */
  async marks({ id }: Thing): Promise<Marks | undefined> {
    try {
      return marksOf((await this.#call("GET", bucketPath(id))) as Bucket);
    } catch (error) {
      if (error instanceof StorageError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Deletes a bucket with all versions of its objects; succeeds if it does not exist. */
  async delete({ id }: Thing): Promise<void> {
    try {
      for (;;) {
        const versions = await this.#versions(id);
        if (versions.length === 0) break;
        await Promise.all(versions.map((version) => this.#deleteVersion(id, version)));
      }
      await this.#call("DELETE", bucketPath(id));
    } catch (error) {
      if (!(error instanceof StorageError && error.status === 404)) throw error;
    }
  }

  #versions(bucket: string): Promise<ObjectVersion[]> {
    return this.#list<ObjectVersion>(`${bucketPath(bucket)}/o?versions=true`);
  }

  async #deleteVersion(bucket: string, { name, generation }: ObjectVersion): Promise<void> {
    const path = `${bucketPath(bucket)}/o/${encodeURIComponent(name)}`;
    await this.#call("DELETE", `${path}?${new URLSearchParams({ generation })}`);
  }

  /** All pages of a list. */
  async #list<T>(path: string): Promise<T[]> {
    const all: T[] = [];
    for (let page = ""; ; ) {
      const { items = [], nextPageToken } = (await this.#call("GET", `${path}${page}`)) as {
        items?: T[];
        nextPageToken?: string;
      };
      all.push(...items);
      if (!nextPageToken) return all;
      page = `&${new URLSearchParams({ pageToken: nextPageToken })}`;
    }
  }

  #call(method: string, path: string): Promise<unknown> {
    return this.#limit.run(undefined, () => this.#send(method, path));
  }

  async #send(method: string, path: string): Promise<unknown> {
    const url = new URL(path, this.#endpoint);
    const headers = { authorization: `Bearer ${await this.#token()}` };
    let response: Response;
    try {
      response = await fetch(url, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      const cause = ((error as Error).cause ?? error) as Error;
      throw new Error(`cannot connect to Google Cloud Storage at ${url.origin}: ${cause.message}`);
    }
    const text = await response.text();
    if (!response.ok) throw new StorageError(response.status, text);
    return text === "" ? {} : JSON.parse(text);
  }
}

/** The error, with the permission that is missing if one is. */
function required(permission: string, on: string, error: unknown): unknown {
  if (!(error instanceof StorageError && error.status === 403)) return error;
  return new Error(`${error.message} (requires ${permission} on the ${on})`);
}

function marksOf({ labels = {} }: Bucket): Marks {
  const { [BUCKET_STACK_LABEL]: stack, owner, expires } = labels;
  return stack ? { stack, ...(owner && { owner }), ...(expires && { expires }) } : {};
}

interface Bucket {
  readonly name: string;
  readonly timeCreated: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface ObjectVersion {
  readonly name: string;
  readonly generation: string;
  readonly size: string;
}

/** The service's refusal. */
class StorageError extends Error {
  constructor(
    readonly status: number,
    text: string,
  ) {
    super(`Google Cloud Storage answered ${status}: ${messageIn(text)}`);
  }
}

function messageIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error: { message: string } };
    return error.message;
  } catch {
    return text.trim().slice(0, 200); // a proxy's
  }
}

function bucketPath(name: string): string {
  return `b/${encodeURIComponent(name)}`;
}

/**
 * A source of access tokens: the stack's configuration or the environment, as for the gcp provider,
 * and otherwise gcloud.
 */
export function accessTokens(
  configured: string | undefined,
  environment: NodeJS.ProcessEnv,
): () => Promise<string> {
  const known = configured || environment.GOOGLE_OAUTH_ACCESS_TOKEN;
  if (known) return async () => known;
  let asked: Promise<string> | undefined;
  return () => {
    asked ??= askGcloud();
    return asked;
  };
}

async function askGcloud(): Promise<string> {
  try {
    return (await run("gcloud", ["auth", "print-access-token", "--quiet"])).stdout.trim();
  } catch (error) {
    throw new Error(
      `cannot list buckets without a Google Cloud access token: log in with \`gcloud auth login\`, or set GOOGLE_OAUTH_ACCESS_TOKEN (${(error as Error).message})`,
    );
  }
}
