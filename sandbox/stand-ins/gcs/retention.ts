/** Retention policies of buckets: https://docs.cloud.google.com/storage/docs/bucket-lock */
import { ApiError, conditionNotMet, invalid } from "./api-error";
import { isObject, type JsonObject } from "./json";

/** The minimum time that objects are kept. */
export interface RetentionPolicy extends JsonObject {
  /** Whole seconds. */
  readonly retentionPeriod: string;
  /** The time since which it, or a shorter one, has been in effect. */
  readonly effectiveTime: string;
  /** Whether it cannot be shortened or removed; not set if it can. */
  readonly isLocked?: true;
}

/** The fields of a bucket that concern its policy. */
interface RetainingBucket {
  readonly name: string;
  readonly metageneration: string;
  readonly retentionPolicy?: RetentionPolicy;
}

/** A hundred years. */
const MAX_SECONDS = 3_155_760_000;

/**
 * The policy of a bucket that is created or patched with the requested one. Only a separate call
 * locks it, so `isLocked` is ignored here.
 */
export function settleRetention(
  bucket: string,
  asked: unknown,
  before: RetentionPolicy | undefined,
  time: string,
): RetentionPolicy | undefined {
  if (asked === undefined) {
    if (before?.isLocked)
      throw forbidden(`Bucket '${bucket}' has a locked Retention Policy which cannot be removed.`);
    return undefined;
  }
  const seconds = isObject(asked) ? Number(asked.retentionPeriod) : Number.NaN;
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SECONDS)
    throw invalid("Invalid value for retentionPolicy.retentionPeriod.");
  const period = Number(before?.retentionPeriod ?? 0);
  if (before?.isLocked && seconds < period)
    throw forbidden(
      `Cannot reduce retention duration of a locked Retention Policy for bucket '${bucket}'.`,
    );
  return {
    retentionPeriod: `${seconds}`,
    effectiveTime: before === undefined || seconds > period ? time : before.effectiveTime,
    ...(before?.isLocked && { isLocked: true }),
  };
}

/** The locked policy, if the caller knows the bucket's current metageneration. */
export function lockRetention(
  { name, metageneration, retentionPolicy }: RetainingBucket,
  expected: string | null,
): RetentionPolicy {
  if (expected === null) throw invalid("Required parameter: ifMetagenerationMatch");
  if (expected !== metageneration)
    throw conditionNotMet("At least one of the pre-conditions you specified did not hold.");
  if (retentionPolicy === undefined)
    throw invalid(`Bucket '${name}' has no Retention Policy that could be locked.`);
  return { ...retentionPolicy, isLocked: true };
}

/** The time until which an object of the bucket is kept; undefined without a policy. */
export function retainedUntil(
  { retentionPolicy }: RetainingBucket,
  timeCreated: string,
): Date | undefined {
  if (retentionPolicy === undefined) return undefined;
  return new Date(Date.parse(timeCreated) + Number(retentionPolicy.retentionPeriod) * 1000);
}

/** @throws ApiError if a version of an object may not be deleted or overwritten yet. */
export function requireNotRetained(
  bucket: RetainingBucket,
  { name, timeCreated }: { readonly name: string; readonly timeCreated: string },
  now: Date,
): void {
  const until = retainedUntil(bucket, timeCreated);
  if (until === undefined || until <= now) return;
  throw new ApiError(
    403,
    "retentionPolicyNotMet",
    `Object '${bucket.name}/${name}' is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until ${until.toISOString()}`,
  );
}

function forbidden(message: string): ApiError {
  return new ApiError(403, "forbidden", message);
}
