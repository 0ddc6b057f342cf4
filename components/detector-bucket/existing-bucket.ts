import * as storage from "@pulumi/gcp/storage";
import { getBucket } from "@pulumi/gcp/storage/getBucket";
import * as pulumi from "@pulumi/pulumi";
import { noteInPreview } from "../common/lifetime";
import { describeFailure, isGone } from "./storage-errors";

/**
 * Reads somebody else's bucket. Under the name that the stack's own would have, the engine lets go of
 * that one, protected or not, where it is the same bucket, and deletes nothing.
 *
 * @param owner the component, as messages name it.
 */
export function readBucket(
  owner: string,
  logicalName: string,
  name: pulumi.Output<string>,
  parent: pulumi.Resource,
): storage.Bucket {
  const found = name.apply(async (known) => {
    await requireBucket(owner, known, parent);
    noteInPreview(
      `bucket ${known} is used as it is: the stack does not change or delete it, and lets go of it if it is the stack's own`,
      parent,
    );
    return known;
  });
  return storage.Bucket.get(logicalName, found, undefined, { parent });
}

/** @throws RunError if there is no such bucket, or if it can't be read. */
async function requireBucket(owner: string, name: string, parent: pulumi.Resource): Promise<void> {
  try {
    await getBucket({ name }, { parent });
  } catch (error) {
    throw new pulumi.RunError(
      isGone(error)
        ? `${owner}: bucket ${name} does not exist: check its name, or leave out existing to have the stack create it`
        : `${owner}: cannot read bucket ${name}: ${describeFailure(error, "storage.buckets.get, which roles/storage.legacyBucketReader has")}`,
    );
  }
}
