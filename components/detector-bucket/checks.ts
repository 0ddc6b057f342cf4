/**
 * The rules for a bucket's arguments. Each check of a value returns its problem, as text that
 * continues a sentence about it, or undefined.
 */
import type { DetectorBucketArgs } from "./args";

/** Settings that apply only to a bucket that the component creates. */
const OWN_SETTINGS = [
  "location",
  "softDeleteDays",
  "keepVersions",
  "labels",
  "kmsKey",
  "retentionDays",
  "retentionLocked",
  "readers",
  "writers",
  "prefix",
  "anonymousRead",
] as const satisfies readonly (keyof DetectorBucketArgs)[];

/**
 * The longest retention that Google allows, a hundred years:
 * https://cloud.google.com/storage/docs/bucket-lock
 */
const MAX_RETENTION_DAYS = 36_525;

/** A problem with the arguments. */
export interface ArgumentsProblem {
  /** The argument; omitted if several conflict. */
  readonly argument?: keyof DetectorBucketArgs;
  /**
   * The problem and what to do; if there is an argument, text that continues a sentence about it.
   */
  readonly text: string;
}

/** The problem with the combination of arguments, or undefined. */
export function argumentsProblem(args: DetectorBucketArgs): ArgumentsProblem | undefined {
  if (!args.existing && !isSet(args.location)) {
    const text =
      "is missing: set the location of the data, such as EU or us-central1 (https://cloud.google.com/storage/docs/locations)";
    return { argument: "location", text };
  }
  const text = conflict(args);
  return text === undefined ? undefined : { text };
}

function conflict(args: DetectorBucketArgs): string | undefined {
  if (args.existing) {
    const idle = OWN_SETTINGS.filter((key) => isSet(args[key])).join(", ");
    if (idle === "") return undefined;
    return `an existing bucket is never changed: remove ${idle}`;
  }
  if (args.retentionLocked && !isSet(args.retentionDays))
    return "retentionLocked has no effect without retentionDays: set retentionDays, or remove retentionLocked";
  if (args.disposable && isSet(args.retentionDays))
    return "retentionDays prevents the deletion of objects that disposable requires: remove one of the two";
  return prefixProblem(args);
}

/** Conditions do not apply to public access: https://cloud.google.com/iam/docs/conditions-overview */
function prefixProblem(args: DetectorBucketArgs): string | undefined {
  if (!isSet(args.prefix) || isSet(args.writers)) return undefined;
  if (!isSet(args.readers))
    return "prefix has no effect without readers or writers: add some, or remove prefix";
  return args.anonymousRead
    ? "prefix cannot limit readers while anonymousRead allows everyone to read all objects: remove one of the two"
    : undefined;
}

/** Whether the setting requests anything, unlike false and an empty list. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}

/** Days of soft delete: https://cloud.google.com/storage/docs/soft-delete */
export function checkSoftDeleteDays(days: number, disposable: boolean): string | undefined {
  if (days === 0) return disposable ? undefined : "is allowed only for a disposable bucket";
  if (Number.isInteger(days) && days >= 7 && days <= 90) return undefined;
  return "is neither 0 nor a number from 7 to 90";
}

export function checkVersions(versions: number): string | undefined {
  return Number.isInteger(versions) && versions >= 1
    ? undefined
    : "is not a whole number greater than 0";
}

export function checkRetentionDays(days: number): string | undefined {
  if (Number.isInteger(days) && days >= 1 && days <= MAX_RETENTION_DAYS) return undefined;
  return `is not a whole number from 1 to ${MAX_RETENTION_DAYS}`;
}

/**
 * A Cloud KMS key for a bucket in the location, which must also be the key's:
 * https://cloud.google.com/storage/docs/encryption/customer-managed-keys#key-resources
 */
export function checkKmsKey(key: string, location: string): string | undefined {
  if (key.includes("/cryptoKeyVersions/"))
    return "is a version of a key: remove /cryptoKeyVersions and the rest";
  const match =
    /^projects\/[^/\s]+\/locations\/([a-z0-9-]+)\/keyRings\/[\w-]{1,63}\/cryptoKeys\/[\w-]{1,63}$/.exec(
      key,
    );
  if (match === null)
    return "is not a Cloud KMS key; expected projects/P/locations/L/keyRings/R/cryptoKeys/K";
  const fitting = keyLocations(location);
  return fitting.includes(match[1] ?? "")
    ? undefined
    : `is not in the bucket's location: use a key in ${fitting.join(" or ")}`;
}

/** Cloud KMS has a different name for one of the locations: https://cloud.google.com/kms/docs/locations */
function keyLocations(location: string): string[] {
  const name = location.toLowerCase();
  return name === "eu" ? ["europe", "eu"] : [name];
}

const EMAIL = "[^\\s@:/]+@[^\\s@:/]+\\.[^\\s@:/]+";

/** The kinds of members that can be granted a role: https://cloud.google.com/iam/docs/principal-identifiers */
const MEMBER = new RegExp(
  [
    `^(user|group|serviceAccount):${EMAIL}$`,
    "^serviceAccount:[^\\s/]+\\.svc\\.id\\.goog\\[[a-z0-9-]+/[a-z0-9.-]+\\]$",
    "^domain:[a-z0-9-]+(\\.[a-z0-9-]+)+$",
    "^project(Owner|Editor|Viewer):[^\\s/]+$",
    "^principal(Set)?://\\S+$",
  ].join("|"),
);

/** A member of an IAM policy other than the public. */
export function checkMember(member: string): string | undefined {
  if (member === "allUsers" || member === "allAuthenticatedUsers")
    return "makes the bucket public: remove it, or set anonymousRead if this is intended";
  if (MEMBER.test(member)) return undefined;
  if (new RegExp(`^${EMAIL}$`).test(member))
    return `has no member type; expected one of serviceAccount:${member}, user:${member}, group:${member}`;
  return "is not a member of an IAM policy; expected one such as serviceAccount:NAME@PROJECT.iam.gserviceaccount.com (https://cloud.google.com/iam/docs/principal-identifiers)";
}

/** A member that a list contains more than once; Google ignores the case of addresses. */
export function repeatedMember(members: readonly unknown[]): string | undefined {
  const known = members.filter((member) => typeof member === "string");
  return known.find((member, index) =>
    known.slice(0, index).some((other) => other.toLowerCase() === member.toLowerCase()),
  );
}

/** The beginning of objects' names: https://cloud.google.com/storage/docs/objects#naming */
export function checkObjectPrefix(prefix: string): string | undefined {
  if (prefix === "") return "applies to every object: remove it";
  if (/^gs:\/\//.test(prefix))
    return "is a URL; expected a prefix of object names, such as seldon/";
  if (prefix.startsWith("/"))
    return "starts with a slash, but object names do not: remove the slash";
  if (/\p{Cc}/u.test(prefix)) return "may not contain control characters";
  const bytes = Buffer.byteLength(prefix);
  return bytes > 1024 ? `is ${bytes} bytes long, but at most 1024 are allowed` : undefined;
}
