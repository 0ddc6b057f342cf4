import { diffValues } from "../../../../providers/kit/diff";
import { isMap, type Value, type ValueMap } from "../../../../providers/kit/values";

/** The API name of a condition's property, and its value if it is not set. */
interface Field {
  readonly api: string;
  readonly zero: "" | 0 | readonly [];
}

const FIELDS: Readonly<Record<string, Field>> = {
  age: { api: "age", zero: 0 },
  createdBefore: { api: "createdBefore", zero: "" },
  customTimeBefore: { api: "customTimeBefore", zero: "" },
  daysSinceCustomTime: { api: "daysSinceCustomTime", zero: 0 },
  daysSinceNoncurrentTime: { api: "daysSinceNoncurrentTime", zero: 0 },
  matchesPrefixes: { api: "matchesPrefix", zero: [] },
  matchesStorageClasses: { api: "matchesStorageClass", zero: [] },
  matchesSuffixes: { api: "matchesSuffix", zero: [] },
  noncurrentTimeBefore: { api: "noncurrentTimeBefore", zero: "" },
  numNewerVersions: { api: "numNewerVersions", zero: 0 },
};

/** Further properties of conditions in the official plugin's state, which no input here sets. */
const STATE_ONLY = {
  sendAgeIfZero: false,
  sendDaysSinceCustomTimeIfZero: false,
  sendDaysSinceNoncurrentTimeIfZero: false,
  sendNumNewerVersionsIfZero: false,
  sizeAboveBytes: 0,
  sizeBelowBytes: 0,
};

export const RULE_PROPERTIES = ["action", "condition"];
export const ACTION_PROPERTIES = ["type", "storageClass"];
export const CONDITION_PROPERTIES = [...Object.keys(FIELDS), "withState"];

/** The API's rules for those of the program. */
export function toApiRules(rules: Value | undefined): ValueMap[] {
  return maps(rules).map(({ action, condition }) => ({
    action: isMap(action) ? action : {},
    condition: toApiCondition(isMap(condition) ? condition : {}),
  }));
}

function toApiCondition(condition: ValueMap): ValueMap {
  const sent: ValueMap = {};
  if (condition.withState === "LIVE") sent.isLive = true;
  if (condition.withState === "ARCHIVED") sent.isLive = false;
  for (const [property, { api, zero }] of Object.entries(FIELDS)) {
    const value = condition[property];
    if (value !== undefined && !isSame(value, zero)) sent[api] = value;
  }
  return sent;
}

/**
 * Full rules, as in a state: every property is present, unset ones are zero. Unknown values stay
 * unknown.
 */
export function fullRules(rules: Value | undefined): Value {
  if (rules === undefined || rules === null) return [];
  if (!Array.isArray(rules)) return rules;
  return rules.map((rule) => {
    if (!isMap(rule)) return rule;
    const { action, condition } = rule;
    return {
      action: isMap(action) ? { storageClass: "", ...action } : (action ?? null),
      condition: isMap(condition) ? fullCondition(condition) : (condition ?? null),
    };
  });
}

function fullCondition(condition: ValueMap): ValueMap {
  const zeros = Object.entries(FIELDS).map(([property, { zero }]): [string, Value] => [
    property,
    Array.isArray(zero) ? [] : (zero as Value),
  ]);
  const given = Object.entries(condition).filter(([, value]) => value !== null);
  return {
    ...Object.fromEntries(zeros),
    ...STATE_ONLY,
    withState: "ANY",
    ...Object.fromEntries(given),
  };
}

/** The full rules of the API. */
export function fromApiRules(lifecycle: Value | undefined): ValueMap[] {
  const rules = isMap(lifecycle) ? lifecycle.rule : undefined;
  const read = maps(rules).map(({ action, condition }) => {
    const found = isMap(condition) ? condition : {};
    const properties = Object.entries(FIELDS).flatMap(([property, { api }]): [string, Value][] => {
      const value = found[api];
      return value === undefined ? [] : [[property, value]];
    });
    const withState = found.isLive === undefined ? "ANY" : found.isLive ? "LIVE" : "ARCHIVED";
    return { action: action ?? {}, condition: { ...Object.fromEntries(properties), withState } };
  });
  return fullRules(read) as ValueMap[];
}

/**
 * The rules of a new bucket as in the official plugin's state: if the service returned exactly the
 * program's rules, unset numbers and flags are null. (The next update's preview then shows them as
 * added, see {@link nullsBecomeZeros}.)
 */
export function asPlanned(rules: readonly ValueMap[], planned: Value | undefined): ValueMap[] {
  return rules.map((rule, index) => {
    const asked = Array.isArray(planned) ? planned[index] : undefined;
    const given = isMap(asked) && isMap(asked.condition) ? asked.condition : {};
    if (given.withState === undefined || !isMap(rule.condition)) return rule;
    const condition = Object.entries(rule.condition).map(([key, value]): [string, Value] => {
      const unset = given[key] === undefined && (value === 0 || value === false);
      return [key, unset ? null : value];
    });
    return { ...rule, condition: Object.fromEntries(condition) };
  });
}

/** The rules after a refresh: unchanged rules stay as they are in the state. */
export function asBefore(rules: readonly ValueMap[], old: Value | undefined): ValueMap[] {
  const before = maps(old);
  const full = maps(fullRules(before));
  return rules.map((rule, index) => {
    const isUnchanged = diffValues(full[index] ?? null, rule).length === 0;
    return isUnchanged ? (before[index] ?? rule) : rule;
  });
}

/** The paths that are null in a state: an update for another reason turns them into zeros. */
export function nullsBecomeZeros(rules: Value | undefined): (string | number)[][] {
  return maps(rules).flatMap(({ condition }, index) =>
    Object.entries(isMap(condition) ? condition : {})
      .filter(([, value]) => value === null)
      .map(([key]) => ["lifecycleRules", index, "condition", key]),
  );
}

/** Rules as a program would write them: without unset properties. */
export function shortRules(rules: readonly ValueMap[]): ValueMap[] {
  return rules.map(({ action, condition }) => ({
    action: withoutZeros(action, {}),
    condition: withoutZeros(condition, { withState: "ANY" }),
  }));
}

function withoutZeros(map: Value | undefined, defaults: ValueMap): ValueMap {
  const entries = Object.entries(isMap(map) ? map : {}).filter(
    ([key, value]) =>
      value !== null &&
      value !== 0 &&
      value !== false &&
      !isSame(value, "") &&
      !isSame(value, []) &&
      value !== defaults[key],
  );
  return Object.fromEntries(entries);
}

function isSame(value: Value, other: unknown): boolean {
  return JSON.stringify(value) === JSON.stringify(other);
}

function maps(value: Value | undefined): ValueMap[] {
  return Array.isArray(value) ? value.filter(isMap) : [];
}
