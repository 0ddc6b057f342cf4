import * as storage from "@pulumi/gcp/storage";
import { getBucket } from "@pulumi/gcp/storage/getBucket";
import * as pulumi from "@pulumi/pulumi";
import { noteExisting } from "../common/lifetime";
import { BUCKET_ADVICE, READ_BUCKET } from "./bucket-advice";
import { describeFailure, isGone } from "./storage-errors";

/**
 * Reads an existing bucket. It has the same resource name as the stack's own bucket. If both are
 * the same bucket, the engine therefore removes the stack's own from the state, protected or not,
 * and deletes nothing.
 *
 * @param owner the component's name in messages.
 */
export function readBucket(
  owner: string,
  logicalName: string,
  name: pulumi.Output<string>,
  parent: pulumi.Resource,
): storage.Bucket {
  const found = name.apply(async (known) => {
    await requireBucket(owner, known, parent);
    noteExisting(`bucket ${known}`, parent);
    return known;
  });
  return storage.Bucket.get(logicalName, found, undefined, { parent });
}

/** @throws RunError if the bucket does not exist or cannot be read. */
async function requireBucket(owner: string, name: string, parent: pulumi.Resource): Promise<void> {
  try {
    await getBucket({ name }, { parent });
  } catch (error) {
    throw new pulumi.RunError(
      isGone(error)
        ? `${owner}: bucket ${name} does not exist: ${BUCKET_ADVICE.missing}`
        : `${owner}: cannot read bucket ${name}: ${describeFailure(error, READ_BUCKET)}`,
    );
  }
}
