/**
 * The rules for a bucket's arguments. Each check of a value returns what is wrong with it, in words
 * that follow it, or undefined.
 */
import type { DetectorBucketArgs } from "./args";

/** What only a bucket can have that the component makes. */
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

/** The longest that Google allows, a hundred years: https://cloud.google.com/storage/docs/bucket-lock */
const MAX_RETENTION_DAYS = 36_525;

/** Something wrong with the arguments. */
export interface ArgumentsProblem {
  /** The argument that it is about; none where several conflict. */
  readonly argument?: keyof DetectorBucketArgs;
  /** What it is and what to do; with an argument, words that follow it. */
  readonly text: string;
}

/** What is wrong with the arguments taken together, or undefined. */
export function argumentsProblem(args: DetectorBucketArgs): ArgumentsProblem | undefined {
  if (!args.existing && !isSet(args.location)) {
    const text =
      "is missing: say where the data is to lie, such as EU or us-central1 (https://cloud.google.com/storage/docs/locations)";
    return { argument: "location", text };
  }
  const text = conflict(args);
  return text === undefined ? undefined : { text };
}

function conflict(args: DetectorBucketArgs): string | undefined {
  if (args.existing) {
    const idle = OWN_SETTINGS.filter((key) => isSet(args[key])).join(", ");
    if (idle === "") return undefined;
    return `an existing bucket is used as it is, never changed: leave out ${idle}`;
  }
  if (args.retentionLocked && !isSet(args.retentionDays))
    return "retentionLocked locks nothing without retentionDays: set these too, or leave it out";
  if (args.disposable && isSet(args.retentionDays))
    return "objects under retentionDays can't be deleted, so the bucket can't be disposable: leave out one of the two";
  return prefixProblem(args);
}

/** Conditions can't be put on what everybody may do: https://cloud.google.com/iam/docs/conditions-overview */
function prefixProblem(args: DetectorBucketArgs): string | undefined {
  if (!isSet(args.prefix) || isSet(args.writers)) return undefined;
  if (!isSet(args.readers)) return "prefix narrows readers and writers, and there are none of them";
  return args.anonymousRead
    ? "prefix can't narrow the readers where anonymousRead lets everybody read everything: leave out one of the two"
    : undefined;
}

/** Whether somebody asks for something: no, false and an empty list don't. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}

/** Days of soft delete: https://cloud.google.com/storage/docs/soft-delete */
export function checkSoftDeleteDays(days: number, disposable: boolean): string | undefined {
  if (days === 0) return disposable ? undefined : "only a disposable bucket may have";
  if (Number.isInteger(days) && days >= 7 && days <= 90) return undefined;
  return "is neither 7 to 90 nor 0";
}

export function checkVersions(versions: number): string | undefined {
  return Number.isInteger(versions) && versions >= 1 ? undefined : "is not a whole number above 0";
}

export function checkRetentionDays(days: number): string | undefined {
  if (Number.isInteger(days) && days >= 1 && days <= MAX_RETENTION_DAYS) return undefined;
  return `is not a whole number from 1 to ${MAX_RETENTION_DAYS}`;
}

/**
 * A key of Cloud KMS for a bucket in the location, which has to be the key's too:
 * https://cloud.google.com/storage/docs/encryption/customer-managed-keys#key-resources
 */
export function checkKmsKey(key: string, location: string): string | undefined {
  if (key.includes("/cryptoKeyVersions/"))
    return "is a version of a key: leave out /cryptoKeyVersions and what follows it";
  const match =
    /^projects\/[^/\s]+\/locations\/([a-z0-9-]+)\/keyRings\/[\w-]{1,63}\/cryptoKeys\/[\w-]{1,63}$/.exec(
      key,
    );
  if (match === null)
    return "is no key of Cloud KMS: write projects/P/locations/L/keyRings/R/cryptoKeys/K";
  const fitting = keyLocations(location);
  return fitting.includes(match[1] ?? "")
    ? undefined
    : `does not lie where the bucket does: one in the location ${fitting.join(" or ")} is needed`;
}

/** Cloud KMS has its own name for one of the locations: https://cloud.google.com/kms/docs/locations */
function keyLocations(location: string): string[] {
  const name = location.toLowerCase();
  return name === "eu" ? ["europe", "eu"] : [name];
}

const EMAIL = "[^\\s@:/]+@[^\\s@:/]+\\.[^\\s@:/]+";

/** The kinds of members that can be granted something: https://cloud.google.com/iam/docs/principal-identifiers */
const MEMBER = new RegExp(
  [
    `^(user|group|serviceAccount):${EMAIL}$`,
    "^serviceAccount:[^\\s/]+\\.svc\\.id\\.goog\\[[a-z0-9-]+/[a-z0-9.-]+\\]$",
    "^domain:[a-z0-9-]+(\\.[a-z0-9-]+)+$",
    "^project(Owner|Editor|Viewer):[^\\s/]+$",
    "^principal(Set)?://\\S+$",
  ].join("|"),
);

/** A member of an IAM policy that is not the public. */
export function checkMember(member: string): string | undefined {
  if (member === "allUsers" || member === "allAuthenticatedUsers")
    return "opens the bucket to everybody: leave it out, or set anonymousRead if that is meant";
  if (MEMBER.test(member)) return undefined;
  if (new RegExp(`^${EMAIL}$`).test(member))
    return `lacks its kind: write serviceAccount:${member}, user:${member} or group:${member}`;
  return "is no member of an IAM policy: write one such as serviceAccount:NAME@PROJECT.iam.gserviceaccount.com (https://cloud.google.com/iam/docs/principal-identifiers)";
}

/** The members that a list names more than once; Google ignores the case of addresses. */
export function repeatedMember(members: readonly unknown[]): string | undefined {
  const known = members.filter((member) => typeof member === "string");
  return known.find((member, index) =>
    known.slice(0, index).some((other) => other.toLowerCase() === member.toLowerCase()),
  );
}

/** The beginning of objects' names: https://cloud.google.com/storage/docs/objects#naming */
export function checkObjectPrefix(prefix: string): string | undefined {
  if (prefix === "") return "begins every object's name: leave it out";
  if (/^gs:\/\//.test(prefix))
    return "is an address: write only the beginning of the objects' names, such as seldon/";
  if (prefix.startsWith("/"))
    return "starts with a slash, which objects' names don't: leave it out";
  if (/\p{Cc}/u.test(prefix)) return "may not hold control characters";
  const bytes = Buffer.byteLength(prefix);
  return bytes > 1024 ? `is ${bytes} bytes long, 1024 are allowed` : undefined;
}
