/** The settings of a bucket that the component creates. */
import type { BucketArgs } from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import { isDeferred } from "../common/known";
import { checkLabelKey, checkLabelValue } from "../common/names";
import { checked } from "../common/validation";
import type { DetectorBucketArgs } from "./args";
import { checkKmsKey, checkRetentionDays, checkSoftDeleteDays, checkVersions } from "./checks";
import { checkLocation } from "./locations";

const SECONDS_A_DAY = 24 * 60 * 60;

/** @param owner the component's name in messages. */
export function bucketArgs(
  owner: string,
  name: pulumi.Output<string>,
  args: DetectorBucketArgs,
): BucketArgs {
  const disposable = args.disposable ?? false;
  const { kmsKey, location = "" } = args; // argumentsProblem refuses a missing location
  const softDeleteDays = checked(
    `${owner}: softDeleteDays`,
    args.softDeleteDays ?? (disposable ? 0 : 7),
    (days) => checkSoftDeleteDays(days, disposable),
  );
  return {
    name,
    // Google returns upper case: anything else would always show a difference
    location: checked(`${owner}: location`, location, checkLocation).apply((at) =>
      at.toUpperCase(),
    ),
    labels: checkedLabels(`${owner}: labels`, args.labels).apply((labels) => ({
      "managed-by": "pulumi",
      component: "detectors",
      ...labels,
    })),
    uniformBucketLevelAccess: true,
    publicAccessPrevention: args.anonymousRead ? "inherited" : "enforced",
    encryption:
      kmsKey === undefined
        ? undefined
        : { defaultKmsKeyName: checkedKmsKey(owner, kmsKey, location) },
    versioning: { enabled: true },
    lifecycleRules: lifecycleRules(owner, args),
    // always set: otherwise Google's default would apply
    softDeletePolicy: {
      retentionDurationSeconds: softDeleteDays.apply((days) => days * SECONDS_A_DAY),
    },
    retentionPolicy: retentionPolicy(owner, args),
    forceDestroy: disposable,
  };
}

/** Deletes old versions and unfinished uploads, which would otherwise cost money forever. */
function lifecycleRules(owner: string, args: DetectorBucketArgs): BucketArgs["lifecycleRules"] {
  const keepVersions = checked(`${owner}: keepVersions`, args.keepVersions ?? 3, checkVersions);
  return [
    {
      action: { type: "Delete" },
      condition: { numNewerVersions: keepVersions, withState: "ARCHIVED" },
    },
    { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
  ];
}

function retentionPolicy(owner: string, args: DetectorBucketArgs): BucketArgs["retentionPolicy"] {
  const { retentionDays, retentionLocked } = args;
  if (retentionDays === undefined) return undefined;
  const days = checked(`${owner}: retentionDays`, retentionDays, checkRetentionDays);
  return {
    retentionPeriod: days.apply((known) => `${known * SECONDS_A_DAY}`),
    isLocked: retentionLocked ?? false,
  };
}

function checkedKmsKey(
  owner: string,
  kmsKey: pulumi.Input<string>,
  location: pulumi.Input<string>,
): pulumi.Output<string> {
  const check = (at: string) => checked(`${owner}: kmsKey`, kmsKey, (key) => checkKmsKey(key, at));
  return typeof location === "string" ? check(location) : pulumi.output(location).apply(check);
}

function checkedLabels(owner: string, labels: DetectorBucketArgs["labels"]) {
  const check = (known: Record<string, pulumi.Input<string>> = {}) => {
    for (const [key, value] of Object.entries(known)) {
      checked(`${owner}: the key`, key, checkLabelKey);
      checked(`${owner}.${key}`, value, checkLabelValue);
    }
  };
  // plain values immediately, as for other arguments
  if (!isDeferred(labels)) check(labels);
  return pulumi.output(labels).apply((known = {}) => {
    check(known);
    return known;
  });
}
