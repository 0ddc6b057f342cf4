import type { CheckFailure, CheckRequest, CheckResult } from "../../../provider-kit/handler";
import { isMap, isSecret, Secret, type Value, type ValueMap } from "../../../provider-kit/values";
import { autoname } from "../autoname";
import { missing, unknownProperties, withDefaults, withoutNotes } from "./bridged";
import { ACTION_PROPERTIES, CONDITION_PROPERTIES, RULE_PROPERTIES } from "./lifecycle-rules";

const PROPERTIES = [
  "name",
  "location",
  "project",
  "storageClass",
  "forceDestroy",
  "labels",
  "lifecycleRules",
  "publicAccessPrevention",
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
    ...unknownProperties("versioning.", inputs.versioning, ["enabled"]),
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
      reason: `"${inputs.name}" is no valid bucket name, see https://cloud.google.com/storage/docs/buckets#naming. Examine values at '${name}.name'.`,
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

/** The name that was made up for the bucket when it was made. */
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

/** Every object of a fixed shape has its note of defaults; labels, which may have any key, don't. */
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
  const { lifecycleRules, versioning, softDeletePolicy } = inputs;
  const softDelete = { retentionDurationSeconds: DEFAULT_SOFT_DELETE_SECONDS };
  return {
    ...inputs,
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
