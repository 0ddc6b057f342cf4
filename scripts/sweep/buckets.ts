import { BUCKET_STACK_LABEL, type Marks } from "../../program/stack-mark";
import { type BucketInfo, type StorageClient, StorageError } from "../google/storage";
import { type Note, rethrow, type Thing } from "./things";

/** The buckets of a project of Google Cloud: https://docs.cloud.google.com/storage/docs/json_api/v1 */
export class BucketSystem {
  readonly #project: string;
  readonly #client: StorageClient;

  constructor(project: string, client: StorageClient) {
    this.#project = project;
    this.#client = client;
  }

  /**
   * The project's buckets, with the sizes of marked ones. Buckets that cannot be read are omitted
   * and noted.
   */
  async list(note: Note = rethrow): Promise<Thing[]> {
    const buckets = await this.#client
      .buckets(this.#project)
      .catch((error: unknown) =>
        note(required("storage.buckets.list", `project ${this.#project}`, error)),
      );
    return await Promise.all(
      (buckets ?? []).map(async (bucket): Promise<Thing> => {
        const { name, timeCreated } = bucket;
        const found: Thing = { kind: "bucket", id: name, created: timeCreated };
        const marks = marksOf(bucket);
        if (marks.stack === undefined) return found;
        const versions = await this.#client
          .versions(name)
          .catch((error: unknown) =>
            note(required("storage.objects.list", `bucket ${name}`, error)),
          );
        const bytes = versions?.reduce((sum, { size }) => sum + Number(size), 0);
        return { ...found, marks, ...(bytes !== undefined && { bytes }) };
      }),
    );
  }

  /** The current marks of a bucket; undefined if it does not exist. */
  async marks({ id }: Thing): Promise<Marks | undefined> {
    const bucket = await this.#client.bucket(id);
    return bucket && marksOf(bucket);
  }

  /** Deletes a bucket with all versions of its objects; succeeds if it does not exist. */
  async delete({ id }: Thing): Promise<void> {
    try {
      for (;;) {
        const versions = await this.#client.versions(id);
        if (versions.length === 0) break;
        await Promise.all(versions.map((version) => this.#client.deleteVersion(id, version)));
      }
      await this.#client.deleteBucket(id);
    } catch (error) {
      if (!(error instanceof StorageError && error.status === 404)) throw error;
    }
  }
}

/** The error, with the missing permission, if that is the cause. */
function required(permission: string, on: string, error: unknown): unknown {
  if (!(error instanceof StorageError && error.status === 403)) return error;
  return new Error(`${error.message} (requires ${permission} on the ${on})`);
}

function marksOf({ labels = {} }: BucketInfo): Marks {
  const { [BUCKET_STACK_LABEL]: stack, owner, expires } = labels;
  return stack ? { stack, ...(owner && { owner }), ...(expires && { expires }) } : {};
}
