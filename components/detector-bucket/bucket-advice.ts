import { ADOPT_HINT } from "../common/adopted";

/** What previews and tools say about a bucket: what to do about it, and what reading it requires. */
export const BUCKET_ADVICE = {
  exists: `choose another name; or set existing to use it; or, to adopt it, ${ADOPT_HINT}`,
  missing: "check its name, or remove existing to have the stack create it",
  taken: "choose another name, or set existing if you may use that bucket",
} as const;

/** The problem with a bucket to adopt that is not in the configured location. */
export function otherLocation(found: string, location: string | undefined): string {
  return `is in ${found}, which cannot be changed, but detectorBucket.location is ${location}`;
}

/** The permission to read an existing bucket. */
export const READ_BUCKET = "storage.buckets.get, which roles/storage.legacyBucketReader includes";

/** Why a bucket with this name cannot be created although the caller cannot see it. */
export function probablyTaken(name: string): string {
  return (
    `bucket name ${name} is probably taken: bucket names are unique in all of Google Cloud, and a ` +
    "bucket with this name exists in another project or denies access"
  );
}
