import type { PropertyPath } from "../../../providers/kit/property-path";
import type { Value } from "../../../providers/kit/values";
import { findPlaceholder } from "../read/placeholder";
import { COMMANDS, camelCase, JSON_FIELDS, parseJson } from "./spec-texts";

/** A string of a spec with a placeholder. */
export interface Placeholder {
  readonly path: PropertyPath;
  readonly text: string;
  /** Whether the text is probably intended as it is: a shell variable, or prose. */
  readonly isMeant: boolean;
}

/** Fields whose text no program reads. */
const PROSE = new Set(["description", "annotations"]);

/** The placeholders in a spec, outermost first. */
export function findPlaceholders(spec: Value): Placeholder[] {
  return search(spec, [], []);
}

function search(value: Value, path: PropertyPath, names: readonly string[]): Placeholder[] {
  if (typeof value === "string") {
    const parsed = JSON_FIELDS.has(names.at(-1) ?? "") ? parseJson(value) : undefined;
    if (parsed !== undefined)
      return search(parsed, path, names).map((found) => ({ ...found, path }));
    const text = findPlaceholder(value);
    return text === undefined ? [] : [{ path, text, isMeant: isMeant(text, names) }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const step = Array.isArray(value) ? Number(key) : key;
    return search(item as Value, [...path, step], [...names, camelCase(key)]);
  });
}

function isMeant(placeholder: string, names: readonly string[]): boolean {
  if (names.some((name) => PROSE.has(name))) return true;
  return placeholder.startsWith("$") && names.some((name) => COMMANDS.has(name));
}
