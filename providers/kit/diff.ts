import type { PropertyPath } from "./property-path";
import { containsUnknown, isMap, isSecret, isUnknown, type Value, type ValueMap } from "./values";

/** What happened to a property. */
export type ChangeKind = "add" | "delete" | "update";

/** A changed property. */
export interface Change {
  readonly path: PropertyPath;
  readonly kind: ChangeKind;
}

/** A changed property; `replace` says that the change needs a new resource. */
export type PropertyChange = Change & { readonly replace?: boolean };

/**
 * Compares two values property by property and lists what differs, as deep as it can be told. A
 * null and a property that is not there are the same. An unknown new value is a change.
 */
export function diffValues(oldValue: Value, newValue: Value, path: PropertyPath = []): Change[] {
  const before = isSecret(oldValue) ? oldValue.reveal() : oldValue;
  const after = isSecret(newValue) ? newValue.reveal() : newValue;
  if (isAbsent(before) && isAbsent(after)) return [];
  if (isAbsent(before)) return [{ path, kind: "add" }];
  if (isAbsent(after)) return [{ path, kind: "delete" }];
  if (isUnknown(after) || isUnknown(before)) return [{ path, kind: "update" }];
  if (isMap(before) && isMap(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      diffValues(before[key] ?? null, after[key] ?? null, [...path, key]),
    );
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) =>
      diffValues(before[index] ?? null, after[index] ?? null, [...path, index]),
    ).flat();
  }
  return before === after ? [] : [{ path, kind: "update" }];
}

/**
 * Compares what makes a resource another one, such as its name: a change of it replaces, unless the
 * new value is unknown. For an unknown one the engine asks on behalf of resources that merely depend
 * on one that is replaced; "replace" would then delete what the resource holds before anybody knows
 * whether it moves. Once the value is known, the engine asks again.
 */
export function diffIdentity(before: ValueMap, after: ValueMap): PropertyChange[] {
  return diffValues(before, after).map((change) => {
    const value = after[String(change.path[0])] ?? null;
    return { ...change, replace: !containsUnknown(value) };
  });
}

function isAbsent(value: Value): value is null {
  return value === null || value === undefined;
}
