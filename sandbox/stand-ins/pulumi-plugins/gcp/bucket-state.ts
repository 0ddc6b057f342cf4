/** Buckets in the program's inputs, in the API, and in a state. */
import { diffValues } from "../../../../providers/kit/diff";
import type { PropertyChange } from "../../../../providers/kit/handler";
import {
  isMap,
  Secret,
  UNKNOWN,
  type Value,
  type ValueMap,
} from "../../../../providers/kit/values";
import { metaOf, plainInputs } from "./bridged";
import { fullEncryption, isLocked, readRetention, retentionPatch } from "./bucket-protection";
import { effectiveLabels, labelPatch, labelsIn, pickLabels, pulumiLabels } from "./labels";
import {
  fromApiRules,
  fullRules,
  nullsBecomeZeros,
  shortRules,
  toApiRules,
} from "./lifecycle-rules";

const META = metaOf({ create: 600, read: 240, update: 240 }, "4");

/** Properties whose change requires a replacement. */
const REPLACE_ON = ["name", "location", "project"];

/** Properties that the service sets if the program does not. */
const COMPUTED = ["project", "publicAccessPrevention", "uniformBucketLevelAccess", "versioning"];

/**
 * Features of buckets that the stand-in does not support, as in the state of a bucket without them.
 */
const WITHOUT_FEATURES: ValueMap = {
  autoclass: null,
  cors: [],
  customPlacementConfig: null,
  defaultEventBasedHold: false,
  deletionPolicy: "DELETE",
  enableObjectRetention: false,
  hierarchicalNamespace: { enabled: false },
  ipFilter: null,
  logging: null,
  requesterPays: false,
  rpo: null,
  website: null,
};

/** The request body that creates a bucket. */
export function toApiBucket(inputs: ValueMap, labels: ValueMap): ValueMap {
  const { name, location, storageClass, versioning, softDeletePolicy } = plainInputs(inputs);
  const { encryption, retentionPolicy } = plainInputs(inputs);
  return {
    name: name ?? null,
    location: location ?? null,
    storageClass: storageClass ?? null,
    iamConfiguration: iamConfiguration(plainInputs(inputs)),
    lifecycle: { rule: toApiRules(plainInputs(inputs).lifecycleRules) },
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(versioning !== undefined && { versioning }),
    ...(softDeletePolicy !== undefined && { softDeletePolicy: softDelete(softDeletePolicy) }),
    ...(encryption !== undefined && { encryption }),
    // locked by a separate call, once the bucket exists
    ...(isMap(retentionPolicy) && {
      retentionPolicy: retentionPatch({ ...retentionPolicy, isLocked: false }),
    }),
  };
}

/** The request body that updates a bucket from its state to the inputs: only the differences. */
export function toApiPatch(inputs: ValueMap, oldState: ValueMap): ValueMap {
  const plain = plainInputs(inputs);
  const changed = new Set(diffBucket(inputs, oldState).map(({ path }) => path[0]));
  const isShown = (key: string) => changed.has(key);
  const rulesChanged =
    diffValues(fullRules(oldState.lifecycleRules), fullRules(plain.lifecycleRules)).length > 0;
  const labels = effectiveLabels(pulumiLabels(plain.labels, oldState, false), oldState);
  return {
    ...(isShown("storageClass") && { storageClass: plain.storageClass ?? null }),
    ...((isShown("publicAccessPrevention") || isShown("uniformBucketLevelAccess")) && {
      iamConfiguration: iamConfiguration({ ...oldState, ...plain }),
    }),
    ...(rulesChanged && { lifecycle: { rule: toApiRules(plain.lifecycleRules) } }),
    ...(isShown("labels") && {
      labels: labelPatch(labelsIn(oldState.effectiveLabels), labelsIn(labels)),
    }),
    ...(isShown("encryption") && { encryption: plain.encryption ?? null }),
    ...(isShown("retentionPolicy") && { retentionPolicy: retentionPatch(plain.retentionPolicy) }),
    ...(isShown("versioning") && { versioning: plain.versioning ?? null }),
    ...(isShown("softDeletePolicy") && {
      softDeletePolicy: softDelete(plain.softDeletePolicy ?? null),
    }),
  };
}

/** The differences between a bucket's state and the inputs, in the official plugin's terms. */
export function diffBucket(inputs: ValueMap, oldState: ValueMap): PropertyChange[] {
  const plain = plainInputs(inputs);
  const before = plainInputs(oldState);
  const { effectiveTime: _, ...softDeleteBefore } = isMap(before.softDeletePolicy)
    ? before.softDeletePolicy
    : {};
  const compare = (key: string, oldValue: Value | undefined, newValue: Value | undefined) =>
    diffValues(oldValue ?? null, newValue ?? null, [key]);
  const compareIfGiven = (key: string, oldValue: Value | undefined) =>
    plain[key] === undefined ? [] : compare(key, oldValue, plain[key]);
  const changes = [
    ...compare("name", before.name, plain.name),
    ...compare("location", before.location, upperCase(plain.location)),
    ...compare("storageClass", before.storageClass, plain.storageClass),
    ...compare("forceDestroy", before.forceDestroy ?? false, plain.forceDestroy ?? false),
    ...compareIfGiven("softDeletePolicy", softDeleteBefore),
    ...compare("encryption", before.encryption, plain.encryption),
    ...compare("retentionPolicy", before.retentionPolicy, plain.retentionPolicy),
    ...COMPUTED.flatMap((key) => compareIfGiven(key, before[key])),
    ...compare("lifecycleRules", fullRules(before.lifecycleRules), fullRules(plain.lifecycleRules)),
    ...diffLabels(before.labels ?? {}, plain.labels ?? {}),
  ];
  if (changes.length === 0) return [];
  const unlocked = isLocked(before.retentionPolicy) && !isLocked(plain.retentionPolicy);
  const replaced = unlocked ? [...REPLACE_ON, "retentionPolicy"] : REPLACE_ON;
  const shown = new Set(changes.map(({ path }) => JSON.stringify(path)));
  const noise = nullsBecomeZeros(oldState.lifecycleRules)
    .filter((path) => !shown.has(JSON.stringify(path)))
    .map((path) => ({ path, kind: "add" as const }));
  return [...changes, ...noise].map((change) => ({
    ...change,
    replace: replaced.includes(String(change.path[0])),
  }));
}

function diffLabels(before: Value, after: Value): PropertyChange[] {
  return ["labels", "effectiveLabels", "pulumiLabels"].flatMap((key) =>
    diffValues(before, after, [key]),
  );
}

/**
 * What is known about a bucket before it is created or changed.
 * @param oldState undefined for a new bucket.
 */
export function plannedState(
  inputs: ValueMap,
  oldState: ValueMap | undefined,
  attribution: boolean,
): ValueMap {
  const plain = plainInputs(inputs);
  const own = pulumiLabels(plain.labels, oldState, attribution);
  const unknown = oldState === undefined ? UNKNOWN : undefined;
  const before = (key: string): Value => unknown ?? oldState?.[key] ?? null;
  const decided = Object.fromEntries(
    COMPUTED.map((key): [string, Value] => [key, plain[key] ?? before(key)]),
  );
  const others = ["projectNumber", "selfLink", "timeCreated", "updated", "url", "softDeletePolicy"];
  const soft = before("softDeletePolicy");
  return {
    ...WITHOUT_FEATURES,
    ...plain,
    rpo: before("rpo"),
    website: before("website"),
    ...Object.fromEntries(others.map((key) => [key, before(key)])),
    ...decided,
    location: upperCase(plain.location) ?? null,
    encryption: fullEncryption(plain.encryption),
    retentionPolicy: plain.retentionPolicy ?? null,
    lifecycleRules: fullRules(plain.lifecycleRules),
    pulumiLabels: new Secret(own),
    effectiveLabels: new Secret(effectiveLabels(own, oldState)),
    ...(isMap(plain.softDeletePolicy) && {
      softDeletePolicy: {
        ...plain.softDeletePolicy,
        effectiveTime: isMap(soft) ? (soft.effectiveTime ?? UNKNOWN) : UNKNOWN,
      },
    }),
  };
}

export interface LiveBucketContext {
  readonly project: Value;
  readonly forceDestroy: Value;
  /** The program's labels, without others on the bucket. */
  readonly labels: Value | undefined;
  readonly ownLabels: Value;
}

/** The state of a bucket from the API. */
export function toState(bucket: ValueMap, context: LiveBucketContext): ValueMap {
  const name = String(bucket.name);
  const iam = isMap(bucket.iamConfiguration) ? bucket.iamConfiguration : {};
  const access = isMap(iam.uniformBucketLevelAccess) ? iam.uniformBucketLevelAccess : {};
  const soft = isMap(bucket.softDeletePolicy) ? bucket.softDeletePolicy : {};
  return {
    ...WITHOUT_FEATURES,
    __meta: META,
    id: name,
    name,
    project: context.project,
    projectNumber: Number(bucket.projectNumber),
    location: bucket.location ?? null,
    storageClass: bucket.storageClass ?? null,
    forceDestroy: context.forceDestroy,
    labels: pickLabels(bucket.labels, context.labels),
    pulumiLabels: new Secret(pickLabels(bucket.labels, context.ownLabels)),
    effectiveLabels: new Secret(labelsIn(bucket.labels)),
    encryption: fullEncryption(bucket.encryption),
    retentionPolicy: readRetention(bucket.retentionPolicy),
    lifecycleRules: fromApiRules(bucket.lifecycle),
    publicAccessPrevention: iam.publicAccessPrevention ?? null,
    uniformBucketLevelAccess: access.enabled ?? false,
    softDeletePolicy: {
      effectiveTime: soft.effectiveTime ?? null,
      retentionDurationSeconds: Number(soft.retentionDurationSeconds ?? 0),
    },
    versioning: bucket.versioning ?? null,
    selfLink: bucket.selfLink ?? null,
    timeCreated: bucket.timeCreated ?? null,
    updated: bucket.updated ?? null,
    url: `gs://${name}`,
  };
}

/**
 * The inputs after a refresh: the program's own, with the bucket's current values. Properties that
 * the program does not set are left out, so that they do not count as drift.
 */
export function refreshedInputs(inputs: ValueMap, state: ValueMap): ValueMap {
  const changed = new Set(diffBucket(inputs, state).map(({ path }) => String(path[0])));
  const live: ValueMap = {
    ...state,
    lifecycleRules: shortRules(state.lifecycleRules as ValueMap[]).map((rule) => ({
      ...rule,
      __defaults: [],
    })),
    versioning: noted(state.versioning),
    encryption: noted(state.encryption),
    retentionPolicy: noted(state.retentionPolicy),
    softDeletePolicy: noted({ ...(state.softDeletePolicy as ValueMap), effectiveTime: null }),
  };
  const drifted = Object.keys(inputs).filter((key) => changed.has(key));
  return { ...inputs, ...Object.fromEntries(drifted.map((key) => [key, live[key] ?? null])) };
}

/** The inputs of an imported bucket. */
export function importedInputs(state: ValueMap): ValueMap {
  const configured = [
    "name",
    "location",
    "storageClass",
    "labels",
    "encryption",
    "retentionPolicy",
  ];
  const given = [...COMPUTED, ...configured].map((key): [string, Value] => [
    key,
    state[key] ?? null,
  ]);
  const soft = { ...(state.softDeletePolicy as ValueMap), effectiveTime: null };
  const lifecycleRules = shortRules(state.lifecycleRules as ValueMap[]);
  const inputs = { ...Object.fromEntries(given), lifecycleRules, softDeletePolicy: soft };
  return { ...plainInputs(inputs), forceDestroy: false, __defaults: [] };
}

function noted(value: Value | undefined): Value {
  return isMap(value) ? { ...plainInputs(value), __defaults: [] } : null;
}

function iamConfiguration(values: ValueMap): ValueMap {
  const { publicAccessPrevention, uniformBucketLevelAccess } = values;
  return {
    uniformBucketLevelAccess: { enabled: uniformBucketLevelAccess ?? false },
    ...(publicAccessPrevention !== undefined && { publicAccessPrevention }),
  };
}

/** 64-bit integers are strings in the API. */
function softDelete(policy: Value): ValueMap {
  const seconds = isMap(policy) ? policy.retentionDurationSeconds : 0;
  return { retentionDurationSeconds: String(seconds) };
}

function upperCase(value: Value | undefined): Value | undefined {
  return typeof value === "string" ? value.toUpperCase() : value;
}
