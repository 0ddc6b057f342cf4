import type { CheckFailure, CheckRequest, CheckResult } from "../../../../providers/kit/handler";
import {
  isMap,
  isSecret,
  isUnknown,
  Secret,
  type Value,
  type ValueMap,
} from "../../../../providers/kit/values";
import { autoname } from "../autoname";
import { missing, unknownProperties, withDefaults, withoutNotes } from "./bridged";
import { ACTION_PROPERTIES, CONDITION_PROPERTIES, RULE_PROPERTIES } from "./lifecycle-rules";

const PROPERTIES = [
  "name",
  "location",
  "project",
  "storageClass",
  "encryption",
  "forceDestroy",
  "labels",
  "lifecycleRules",
  "publicAccessPrevention",
  "retentionPolicy",
  "softDeletePolicy",
  "uniformBucketLevelAccess",
  "versioning",
];

const DEFAULT_SOFT_DELETE_SECONDS = 604_800;

/** Checks a bucket's inputs and fills in defaults, as the official plugin does without the cloud. */
export function checkBucket(request: CheckRequest): CheckResult {
  const { name, urn, randomSeed, oldInputs } = request;
  const inputs = withoutNotes(request.inputs) as ValueMap;
  const failures: CheckFailure[] = [
    ...unknownProperties("", inputs, PROPERTIES),
    ...list(inputs.lifecycleRules).flatMap((rule, index) => checkRule(rule, index)),
    ...unknownProperties("encryption.", inputs.encryption, ["defaultKmsKeyName"]),
    ...unknownProperties("versioning.", inputs.versioning, ["enabled"]),
    ...checkRetention(name, inputs.retentionPolicy),
    ...unknownProperties("softDeletePolicy.", inputs.softDeletePolicy, [
      "retentionDurationSeconds",
    ]),
  ];
  for (const key of Object.keys(isMap(inputs.labels) ? inputs.labels : {}))
    if (!/^[a-z0-9_-]{1,63}$/.test(key))
      failures.push({
        property: "labels",
        reason: `"${key}" is an invalid label key. See https://cloud.google.com/storage/docs/tags-and-labels#bucket-labels. Examine values at '${name}.labels'.`,
      });
  if (inputs.location === undefined) failures.push(missing(name, "location"));
  if (typeof inputs.name === "string" && !isBucketName(inputs.name))
    failures.push({
      property: "name",
      reason:
        `"${inputs.name}" is not a valid bucket name, see ` +
        "https://cloud.google.com/storage/docs/buckets#naming. Examine values at " +
        `'${name}.name'.`,
    });
  const known = withNestedDefaults(inputs);
  return {
    inputs: withDefaults(known, {
      forceDestroy: false,
      name: oldAutoname(oldInputs) ?? autoname(name, urn, randomSeed, 7),
      storageClass: "STANDARD",
    }),
    failures,
  };
}

/** The name that was generated for the bucket when it was created. */
function oldAutoname({ name, __defaults: defaults }: ValueMap): Value | undefined {
  return list(defaults).includes("name") ? name : undefined;
}

function checkRule(rule: Value, index: number): CheckFailure[] {
  if (!isMap(rule)) return [];
  const where = `lifecycleRules[${index}].`;
  return [
    ...unknownProperties(where, rule, RULE_PROPERTIES),
    ...unknownProperties(`${where}action.`, rule.action, ACTION_PROPERTIES),
    ...unknownProperties(`${where}condition.`, rule.condition, CONDITION_PROPERTIES),
  ];
}

/** https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/storage/resource_storage_bucket.go */
function checkRetention(name: string, policy: Value | undefined): CheckFailure[] {
  if (!isMap(policy)) return [];
  const { retentionPeriod: period } = policy;
  const failures: CheckFailure[] = unknownProperties("retentionPolicy.", policy, [
    "isLocked",
    "retentionPeriod",
  ]);
  if (period === undefined)
    return [...failures, missing(`${name}.retentionPolicy`, "retentionPeriod")];
  if (isUnknown(period) || isSecret(period) || /^[1-9]\d*$/.test(String(period))) return failures;
  const reason =
    `retentionPolicy.retentionPeriod: "${period}" is not a positive integer of seconds. ` +
    `Examine values at '${name}.retentionPolicy.retentionPeriod'.`;
  return [...failures, { reason }];
}

/**
 * Every object with fixed properties has a note of its defaults; labels, which may have any key, do
 * not.
 */
function withNestedDefaults(inputs: ValueMap): ValueMap {
  const noted = (value: Value | undefined, defaults: ValueMap = {}): Value => {
    if (isSecret(value)) return new Secret(noted(value.reveal(), defaults));
    return isMap(value) ? withDefaults(value, defaults) : (value ?? null);
  };
  const rules = (value: Value): Value =>
    Array.isArray(value)
      ? value.map((rule) =>
          isMap(rule)
            ? noted({ action: noted(rule.action), condition: noted(rule.condition) })
            : rule,
        )
      : value;
  const { encryption, lifecycleRules, retentionPolicy, versioning, softDeletePolicy } = inputs;
  const softDelete = { retentionDurationSeconds: DEFAULT_SOFT_DELETE_SECONDS };
  return {
    ...inputs,
    ...(encryption !== undefined && { encryption: noted(encryption) }),
    ...(retentionPolicy !== undefined && {
      retentionPolicy: noted(retentionPolicy, { isLocked: false }),
    }),
    ...(lifecycleRules !== undefined && { lifecycleRules: rules(lifecycleRules) }),
    ...(versioning !== undefined && { versioning: noted(versioning) }),
    ...(softDeletePolicy !== undefined && {
      softDeletePolicy: noted(softDeletePolicy, softDelete),
    }),
  };
}

/** https://github.com/hashicorp/terraform-provider-google/blob/main/google/verify/validation.go */
function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(name) &&
    name.split(".").every((part) => part.length <= 63)
  );
}

function list(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : [];
}
