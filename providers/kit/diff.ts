import type { PropertyPath } from "./property-path";
import { containsUnknown, isMap, isSecret, isUnknown, type Value, type ValueMap } from "./values";

/** What happened to a property. */
export type ChangeKind = "add" | "delete" | "update";

/** A changed property. */
export interface Change {
  readonly path: PropertyPath;
  readonly kind: ChangeKind;
}

/** A changed property; with `replace`, the change requires a new resource. */
export type PropertyChange = Change & { readonly replace?: boolean };

/**
 * Compares two values property by property and lists the differences at their deepest paths. A null
 * equals an absent property. An unknown new value is a change.
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
 * Compares the arguments that identify a resource, such as its name: a change replaces the
 * resource, unless the new value is unknown. The engine also calls diff with unknown values for
 * resources that merely depend on a replaced one; "replace" would then delete the resource's
 * contents before it is clear whether its identity changes. The engine calls diff again once the
 * value is known.
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
