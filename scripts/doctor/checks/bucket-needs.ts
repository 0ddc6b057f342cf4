/** The buckets of a stack, and the permissions that it needs on them, as pure code. */
import type { Config } from "../../../config";
import { candidates } from "../../../program/adoption/candidates";

/** A bucket that the stack creates or uses. */
export interface WantedBucket {
  readonly name: string;
  /** Whether it must exist, because the stack does not create it. */
  readonly existing: boolean;
  readonly location: string | undefined;
}

export function wantedBuckets(config: Config): WantedBucket[] {
  const { name, existing, location } = config.detectorBucket;
  if (existing) return [{ name, existing, location }];
  return candidates(config).flatMap((candidate) =>
    candidate.system === "gcs"
      ? [{ name: candidate.bucket, existing: false, location: candidate.location }]
      : [],
  );
}

/** What previews and updates need on a bucket that exists. */
export function bucketPermissions(config: Config, { existing }: WantedBucket): string[] {
  const read = ["storage.buckets.get", "storage.objects.list"];
  if (existing) return read;
  const { readers = [], writers = [], anonymousRead } = config.detectorBucket;
  const grants = anonymousRead || readers.length + writers.length > 0;
  return [
    ...read,
    "storage.buckets.update",
    ...(grants ? ["storage.buckets.getIamPolicy", "storage.buckets.setIamPolicy"] : []),
    ...(config.disposable && !config.data.keep
      ? ["storage.buckets.delete", "storage.objects.delete"]
      : []),
  ];
}
