import { containsSecret, isMap, type Value, type ValueMap } from "../../kit/values";
import { parseJson, type SpecOptions } from "./canonical";
import { specsEqual } from "./compare";
import { type FieldType, fieldName, ROOT, snakeCase } from "./fields";
import { fieldType } from "./order";
import { respell, type Spelling, spell } from "./respell";
import {
  childByIndex,
  childByName,
  comparison,
  itemType,
  sameMeaning,
  type View,
  viewSpec,
} from "./view";

/**
 * The old spec with drifted values taken from the live one: verbatim if both mean the same,
 * otherwise changed only where they differ, in the old one's spelling.
 */
export function mergeDrift(oldSpec: Value, liveSpec: Value, options: SpecOptions): Value {
  if (specsEqual(oldSpec, liveSpec, options)) return oldSpec;
  // such a spec cannot have been sent, so there is nothing to preserve
  if (containsSecret(oldSpec)) return liveSpec;
  const root: FieldType = { kind: "message", message: ROOT };
  const spelling = spellingOf(root, oldSpec) ?? "camelCase";
  const [old, live] = [viewSpec(oldSpec, options), viewSpec(liveSpec, options)];
  return mergeViews(root, old, live, spelling) ?? null;
}

/** Undefined where the live spec has no value. */
function mergeViews(
  type: FieldType | undefined,
  old: View,
  live: View,
  spelling: Spelling,
): Value | undefined {
  if (sameMeaning(type, old, live)) return old.raw;
  switch (comparison(type, old, live)) {
    case "fields":
      return mergeFields(type, old, live, spelling);
    case "items":
      return (live.raw as Value[]).map(
        (item, index) =>
          mergeViews(
            itemType(type),
            childByIndex(old, index),
            childByIndex(live, index),
            spelling,
          ) ?? item,
      );
    case "whole":
      if (live.raw === undefined) return undefined;
      if (type?.kind === "json") return inFormOf(old.raw, live.raw);
      return type === undefined ? live.raw : respell(type, live.raw, spelling);
  }
}

function mergeFields(
  type: FieldType | undefined,
  old: View,
  live: View,
  spelling: Spelling,
): ValueMap {
  const message = type?.kind === "message" ? type.message : undefined;
  const nameOf = (key: string) =>
    (message === undefined ? undefined : fieldName(message, key)) ?? key;
  const merged: ValueMap = {};
  const names = [old.raw, live.raw].flatMap((raw) =>
    isMap(raw) ? Object.keys(raw).map(nameOf) : [],
  );
  for (const name of new Set(names)) {
    const [before, after] = [childByName(type, old, name), childByName(type, live, name)];
    const value = mergeViews(fieldType(type, name), before.view, after.view, spelling);
    const key = before.key ?? (message === undefined ? name : spell(message, name, spelling));
    if (value !== undefined) merged[key] = value;
  }
  return merged;
}

/** JSON in the form that the user chose: a string, or the object or list itself. */
function inFormOf(old: Value | undefined, live: Value): Value {
  const isText = old === undefined || typeof old === "string";
  return !isText && typeof live === "string" ? (parseJson(live) ?? live) : live;
}

/** The spelling of the first key whose two spellings differ, or undefined if there is none. */
function spellingOf(type: FieldType | undefined, value: Value): Spelling | undefined {
  if (type?.kind === "list" && Array.isArray(value)) return first(value, type.item);
  if (type?.kind !== "message" || !isMap(value)) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const name = fieldName(type.message, key);
    if (name === undefined) continue;
    if (snakeCase(name) !== name) return key === name ? "camelCase" : "snake_case";
    const inside = spellingOf(fieldType(type, name), item);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function first(items: readonly Value[], type: FieldType): Spelling | undefined {
  for (const item of items) {
    const spelling = spellingOf(type, item);
    if (spelling !== undefined) return spelling;
  }
  return undefined;
}
