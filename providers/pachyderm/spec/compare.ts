import type { PropertyPath } from "../../kit/property-path";
import { isMap, type Value } from "../../kit/values";
import { canonicalSpec, equalValues, type SpecOptions } from "./canonical";
import { type FieldType, ROOT } from "./fields";
import { fieldType, withSortedUnions } from "./order";
import {
  childByIndex,
  childByName,
  comparison,
  itemType,
  sameMeaning,
  type View,
  viewSpec,
} from "./view";

/** One difference between two specs. */
export interface SpecChange {
  /**
   * The path inside the spec, in the new spec's spelling; for removed values, in the old spec's.
   */
  readonly path: PropertyPath;
  readonly kind: "add" | "update" | "delete";
}

const ROOT_TYPE: FieldType = { kind: "message", message: ROOT };

/** Whether two specs mean the same to Pachyderm. One with an unknown value equals no other. */
export function specsEqual(a: Value, b: Value, options: SpecOptions): boolean {
  const [left, right] = [a, b].map((spec) =>
    withSortedUnions(ROOT_TYPE, canonicalSpec(spec, options)),
  );
  return equalValues(left ?? null, right ?? null);
}

/**
 * The changes from the old spec to the new one, each at the deepest path that contains the change.
 * Empty if and only if the specs are equal. Lists are compared by index. A union whose order alone
 * differs is unchanged; an unknown value counts as a change.
 */
export function diffSpecs(oldSpec: Value, newSpec: Value, options: SpecOptions): SpecChange[] {
  const [before, after] = [viewSpec(oldSpec, options), viewSpec(newSpec, options)];
  return diffViews(ROOT_TYPE, [], before, after);
}

function diffViews(
  type: FieldType | undefined,
  path: PropertyPath,
  before: View,
  after: View,
): SpecChange[] {
  if (sameMeaning(type, before, after)) return [];
  switch (comparison(type, before, after)) {
    case "fields":
      return fieldNames(before, after).flatMap((name) => {
        const [old, changed] = [childByName(type, before, name), childByName(type, after, name)];
        const key = changed.key ?? old.key ?? name;
        return diffViews(fieldType(type, name), [...path, key], old.view, changed.view);
      });
    case "items":
      return Array.from({ length: Math.max(length(before), length(after)) }).flatMap((_, index) =>
        diffViews(
          itemType(type),
          [...path, index],
          childByIndex(before, index),
          childByIndex(after, index),
        ),
      );
    case "whole":
      return [{ path, kind: changeKind(before, after) }];
  }
}

function changeKind(before: View, after: View): SpecChange["kind"] {
  if (before.raw === undefined) return "add";
  return after.raw === undefined ? "delete" : "update";
}

function fieldNames(before: View, after: View): string[] {
  const names = [before.plain, after.plain].flatMap((plain) =>
    isMap(plain) ? Object.keys(plain) : [],
  );
  return [...new Set(names)];
}

function length(view: View): number {
  return Array.isArray(view.plain) ? view.plain.length : 0;
}
