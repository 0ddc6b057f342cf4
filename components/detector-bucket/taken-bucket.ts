import type { Bucket } from "@pulumi/gcp/storage";
import { type GetBucketResult, getBucket } from "@pulumi/gcp/storage/getBucket";
import * as pulumi from "@pulumi/pulumi";
import { isKnown } from "../common/known";
import { isOwn, readStackState } from "../common/stack-state";
import { BUCKET_ADVICE, probablyTaken } from "./bucket-advice";
import { describeFailure, isForbidden, isGone } from "./storage-errors";

const BUCKET = "gcp:storage/bucket:Bucket";

/** The requested bucket. */
interface Wanted {
  readonly name: string;
  readonly location: string;
  /** The component's name. */
  readonly component: string;
}

/**
 * In a preview that creates a bucket, checks whether its name is taken, which Google otherwise
 * reports only in the update. If that cannot be determined, it warns.
 *
 * @throws RunError asynchronously, if the name is taken.
 */
export function refuseTakenName(
  owner: string,
  component: string,
  bucket: Bucket,
  parent: pulumi.Resource,
): void {
  if (!pulumi.runtime.isDryRun()) return;
  pulumi.all([bucket.urn, bucket.name, bucket.location]).apply(async ([, name, location]) => {
    if (await isKnown(bucket.id)) return;
    await lookForBucket(owner, { name, location, component }, parent);
  });
}

async function lookForBucket(
  owner: string,
  wanted: Wanted,
  parent: pulumi.Resource,
): Promise<void> {
  const { name } = wanted;
  let found: GetBucketResult;
  try {
    found = await getBucket({ name }, { parent });
  } catch (error) {
    if (isGone(error)) return;
    await pulumi.log.warn(
      isForbidden(error)
        ? `${owner}: ${probablyTaken(name)}; ${BUCKET_ADVICE.taken} (${describeFailure(error, "storage.buckets.get")})`
        : `${owner}: cannot determine whether bucket name ${name} is free: ${describeFailure(error, "storage.buckets.get")}`,
      parent,
    );
    return;
  }
  if (await isBeingMoved(found, wanted)) return;
  throw new pulumi.RunError(
    `${owner}: bucket ${name} already exists, in ${found.location}: ${BUCKET_ADVICE.exists}`,
  );
}

/**
 * Whether it is the component's own bucket, which is deleted before it is created elsewhere. Without
 * the state, its labels decide.
 */
async function isBeingMoved(
  { labels, location }: GetBucketResult,
  wanted: Wanted,
): Promise<boolean> {
  const { name, component } = wanted;
  const bucket = { type: BUCKET, resource: `${component}-bucket`, name, reader: component };
  const state = await readStackState();
  if (state !== undefined) return isOwn(state, bucket);
  const isOurs = labels?.["managed-by"] === "pulumi" && labels?.component === "detectors";
  return isOurs && location !== wanted.location;
}
