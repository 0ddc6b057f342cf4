import { invalid } from "./api-error";
import { isObject, type JsonObject } from "./json";

const STORAGE_CLASSES = ["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"];
const DAY_SECONDS = 86_400;

/** Checks a bucket as the API does; throws its error. */
export function checkBucket(bucket: JsonObject): void {
  const { name, location, storageClass, labels, iamConfiguration, softDeletePolicy } = bucket;
  const { encryption } = bucket;
  const problem =
    bucketNameProblem(name) ??
    (locationTypeOf(String(location)) === undefined
      ? "The specified location constraint is not valid."
      : undefined) ??
    (STORAGE_CLASSES.includes(String(storageClass)) ? undefined : "Invalid storage class.") ??
    labelProblem(labels) ??
    preventionProblem(iamConfiguration) ??
    softDeleteProblem(softDeletePolicy) ??
    encryptionProblem(encryption, String(location));
  if (problem !== undefined) throw invalid(problem);
}

/** Names: https://docs.cloud.google.com/storage/docs/buckets#naming */
export function bucketNameProblem(name: unknown): string | undefined {
  if (typeof name !== "string" || name === "") return "Required parameter: name";
  const valid =
    /^[a-z0-9][a-z0-9._-]*[a-z0-9]$/.test(name) &&
    name.length >= 3 &&
    name.length <= 222 &&
    name.split(".").every((part) => part.length >= 1 && part.length <= 63) &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !/^goog|g[o0]{2}gle/.test(name);
  return valid ? undefined : `Invalid bucket name: '${name}'`;
}

/**
 * Locations: https://docs.cloud.google.com/storage/docs/locations; undefined if it does not exist.
 * */
export function locationTypeOf(location: string): string | undefined {
  if (/^(US|EU|ASIA)$/.test(location)) return "multi-region";
  if (/^(NAM4|EUR[4578]|ASIA1)$/.test(location)) return "dual-region";
  return /^[A-Z]+-[A-Z]+\d+$/.test(location) ? "region" : undefined;
}

/** Labels: https://docs.cloud.google.com/storage/docs/tags-and-labels#bucket-labels */
function labelProblem(labels: unknown): string | undefined {
  if (labels === undefined) return undefined;
  if (!isObject(labels)) return "Invalid value for labels.";
  const entries = Object.entries(labels);
  if (entries.length > 64) return "A bucket can have no more than 64 labels.";
  for (const [key, value] of entries) {
    if (!/^\p{Ll}[\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(key)) return `Invalid label key: '${key}'`;
    if (typeof value !== "string" || !/^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(value))
      return `Invalid label value for '${key}'`;
  }
  return undefined;
}

function preventionProblem(iamConfiguration: unknown): string | undefined {
  const value = isObject(iamConfiguration) ? iamConfiguration.publicAccessPrevention : undefined;
  return value === "enforced" || value === "inherited"
    ? undefined
    : "Invalid value for iamConfiguration.publicAccessPrevention.";
}

/** Off, or 7 to 90 days: https://docs.cloud.google.com/storage/docs/soft-delete */
function softDeleteProblem(softDeletePolicy: unknown): string | undefined {
  const value = isObject(softDeletePolicy) ? softDeletePolicy.retentionDurationSeconds : undefined;
  const seconds = Number(value);
  return seconds === 0 || (seconds >= 7 * DAY_SECONDS && seconds <= 90 * DAY_SECONDS)
    ? undefined
    : "Soft delete policy retention duration must be 0 or from 7 to 90 days.";
}

/**
 * A key must be in the bucket's location:
 * https://docs.cloud.google.com/storage/docs/encryption/customer-managed-keys The stand-in does not
 * check whether the service may use the key.
 */
function encryptionProblem(encryption: unknown, location: string): string | undefined {
  if (encryption === undefined) return undefined;
  const key = isObject(encryption) ? encryption.defaultKmsKeyName : undefined;
  const match =
    /^projects\/[^/]+\/locations\/([^/]+)\/keyRings\/[\w-]{1,63}\/cryptoKeys\/[\w-]{1,63}$/.exec(
      String(key),
    );
  if (match === null) return `Invalid Cloud KMS key name: '${key}'`;
  const [, keyLocation = ""] = match;
  const fits =
    keyLocation.toUpperCase() === location || (location === "EU" && keyLocation === "europe");
  return fits ? undefined : `Cloud KMS key location '${keyLocation}' not allowed for ${location}.`;
}
