import { mergePatch } from "../merge-patch";
import { invalid } from "./api-error";
import { checkBucket, locationTypeOf } from "./bucket-rules";
import { etagOf } from "./etag";
import { isObject, type JsonObject } from "./json";
import { lockRetention, type RetentionPolicy, settleRetention } from "./retention";

/**
 * A bucket as the API returns it: https://docs.cloud.google.com/storage/docs/json_api/v1/buckets
 */
export interface Bucket extends JsonObject {
  readonly name: string;
  readonly location: string;
  readonly metageneration: string;
  readonly iamConfiguration: {
    readonly publicAccessPrevention: string;
    readonly uniformBucketLevelAccess: { readonly enabled: boolean };
  };
  readonly softDeletePolicy: {
    readonly retentionDurationSeconds: string;
    readonly effectiveTime: string;
  };
  readonly versioning?: { readonly enabled?: boolean };
  readonly retentionPolicy?: RetentionPolicy;
}

/** The number of every project; the service knows projects only from requests. */
const PROJECT_NUMBER = "123456789012";

/** Fields that the service sets; callers' values are ignored. */
const OUTPUT_ONLY = [
  "kind",
  "id",
  "selfLink",
  "projectNumber",
  "metageneration",
  "generation",
  "timeCreated",
  "updated",
  "etag",
  "locationType",
];

/** Seven days: https://docs.cloud.google.com/storage/docs/soft-delete */
const DEFAULT_SOFT_DELETE_SECONDS = "604800";

/** A new bucket: the requested fields, with the API's defaults for the rest. */
export function newBucket(body: JsonObject, now: Date): Bucket {
  const time = now.toISOString();
  const asked = withoutOutputOnly(body);
  const name = typeof asked.name === "string" ? asked.name : "";
  const location = typeof asked.location === "string" ? asked.location.toUpperCase() : "US";
  const bucket = mergePatch(
    {
      storageClass: "STANDARD",
      iamConfiguration: { publicAccessPrevention: "inherited" },
      softDeletePolicy: { retentionDurationSeconds: DEFAULT_SOFT_DELETE_SECONDS },
    },
    {
      ...asked,
      location,
      kind: "storage#bucket",
      id: name,
      selfLink: `https://www.googleapis.com/storage/v1/b/${name}`,
      projectNumber: PROJECT_NUMBER,
      metageneration: "1",
      generation: "1",
      timeCreated: time,
      updated: time,
      etag: etagOf(1),
      locationType: locationTypeOf(location) ?? "",
    },
  );
  return settle(bucket, undefined, time);
}

/** The bucket after a patch; every change sets a new metageneration and etag. */
export function patchBucket(before: Bucket, body: JsonObject, now: Date): Bucket {
  const patch = withoutOutputOnly(body);
  if (patch.name !== undefined && patch.name !== before.name)
    throw invalid("A bucket's name can't be changed.");
  if (patch.location !== undefined && String(patch.location).toUpperCase() !== before.location)
    throw invalid("A bucket's location can't be changed.");
  const time = now.toISOString();
  const after = mergePatch(before, {
    ...patch,
    location: before.location,
    ...nextGeneration(before, time),
  });
  return settle(withOneAccessSwitch(after, patch), before, time);
}

/**
 * The bucket with its retention policy permanently locked.
 * @param expected the metageneration that the caller knows.
 */
export function lockBucket(before: Bucket, expected: string | null, now: Date): Bucket {
  const retentionPolicy = lockRetention(before, expected);
  return { ...before, retentionPolicy, ...nextGeneration(before, now.toISOString()) };
}

function nextGeneration({ metageneration }: Bucket, time: string) {
  const next = Number(metageneration) + 1;
  return { metageneration: `${next}`, etag: etagOf(next), updated: time };
}

function withoutOutputOnly(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !OUTPUT_ONLY.includes(key)));
}

/** `bucketPolicyOnly` is the old name of uniform access: a patch of one sets both. */
function withOneAccessSwitch(bucket: JsonObject, patch: JsonObject): JsonObject {
  const patched = isObject(patch.iamConfiguration) ? patch.iamConfiguration : {};
  const access = patched.uniformBucketLevelAccess ?? patched.bucketPolicyOnly;
  if (!isObject(access)) return bucket;
  const both = { uniformBucketLevelAccess: access, bucketPolicyOnly: access };
  return mergePatch(bucket, { iamConfiguration: both });
}

/** Checks a bucket and updates the fields that depend on others. */
function settle(bucket: JsonObject, before: Bucket | undefined, time: string): Bucket {
  checkBucket(bucket);
  const iam = bucket.iamConfiguration as JsonObject;
  const access = iam.uniformBucketLevelAccess ?? iam.bucketPolicyOnly ?? { enabled: false };
  const soft = bucket.softDeletePolicy as Bucket["softDeletePolicy"];
  const { retentionPolicy: asked, ...rest } = bucket;
  const name = String(bucket.name);
  const retentionPolicy = settleRetention(name, asked, before?.retentionPolicy, time);
  return {
    ...rest,
    ...(retentionPolicy !== undefined && { retentionPolicy }),
    iamConfiguration: { ...iam, uniformBucketLevelAccess: access, bucketPolicyOnly: access },
    softDeletePolicy: { ...soft, effectiveTime: effectiveTime(soft, before, time) },
  } as unknown as Bucket; // checked above
}

/**
 * The time since which the soft-delete policy, or one that keeps objects longer, has been in
 * effect.
 */
function effectiveTime(
  soft: Bucket["softDeletePolicy"],
  before: Bucket | undefined,
  time: string,
): string {
  if (before === undefined) return time;
  const { retentionDurationSeconds, effectiveTime } = before.softDeletePolicy;
  const longer = Number(soft.retentionDurationSeconds) > Number(retentionDurationSeconds);
  return longer ? time : effectiveTime;
}
