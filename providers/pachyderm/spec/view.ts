import { isMap, reveal, type Value } from "../../kit/values";
import { equalValues, fullSpec, plainSpec, type SpecOptions } from "./canonical";
import type { FieldType, MessageName } from "./fields";
import { spelledKey } from "./lookup";
import { withSortedUnions } from "./order";

/** One value of a spec in its three forms. Undefined where a form lacks the value. */
export interface View {
  /** The value as the user wrote it. */
  readonly raw: Value | undefined;
  /**
   * In plain form (see canonical.ts), undefined also where it has no more effect than leaving it
   * out.
   */
  readonly plain: Value | undefined;
  /** With defaults. */
  readonly full: Value | undefined;
}

export function viewSpec(spec: Value, options: SpecOptions): View {
  const plain = plainSpec(spec);
  return { raw: reveal(spec), plain, full: fullSpec(plain, options) };
}

/** Whether two values mean the same: either as written or once defaults are filled in. */
export function sameMeaning(type: FieldType | undefined, a: View, b: View): boolean {
  return sameValue(type, a.full, b.full) || sameValue(type, a.plain, b.plain);
}

function sameValue(
  type: FieldType | undefined,
  a: Value | undefined,
  b: Value | undefined,
): boolean {
  if (a === undefined || b === undefined) return a === b;
  return equalValues(withSortedUnions(type, a), withSortedUnions(type, b));
}

/** How two values are compared: field by field, item by item, or as a whole. */
export function comparison(
  type: FieldType | undefined,
  a: View,
  b: View,
): "fields" | "items" | "whole" {
  // a change inside a string is a change to the whole string
  if (type?.kind === "json" && (typeof a.raw === "string" || typeof b.raw === "string")) {
    return "whole";
  }
  if (isMap(a.plain) && isMap(b.plain) && isMap(a.raw) && isMap(b.raw)) return "fields";
  if (Array.isArray(a.plain) && Array.isArray(b.plain)) return "items";
  return "whole";
}

/** What is under a key of an object. */
export interface Child {
  /** The key as the user spelled it, undefined where it is not present. */
  readonly key: string | undefined;
  readonly view: View;
}

/** What is under a canonical name. */
export function childByName(type: FieldType | undefined, view: View, name: string): Child {
  const raw = isMap(view.raw) ? view.raw : {};
  const message = messageOf(type);
  const spelled = message === undefined ? undefined : spelledKey(raw, message, name);
  const key = spelled ?? (Object.hasOwn(raw, name) ? name : undefined);
  return {
    key,
    view: {
      raw: key === undefined ? undefined : raw[key],
      plain: own(view.plain, name),
      full: own(view.full, name),
    },
  };
}

export function childByIndex(view: View, index: number): View {
  return { raw: at(view.raw, index), plain: at(view.plain, index), full: at(view.full, index) };
}

export function itemType(type: FieldType | undefined): FieldType | undefined {
  return type?.kind === "list" ? type.item : undefined;
}

function messageOf(type: FieldType | undefined): MessageName | undefined {
  return type?.kind === "message" ? type.message : undefined;
}

function own(value: Value | undefined, key: string): Value | undefined {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function at(value: Value | undefined, index: number): Value | undefined {
  return Array.isArray(value) ? value[index] : undefined;
}
