import type { z } from "zod";
import { partAt } from "../providers/kit/property-path";
import { isBlock } from "./stack-file";

/**
 * The value with JSON texts parsed where a block, a list or a fraction is expected, because
 * `pulumi config set --path` stores those as text. Undefined if no issue is about such a text.
 */
export function readJsonTexts(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  let next = value;
  for (const { code, path, ...issue } of issues) {
    const text = partAt(value, path);
    if (code !== "invalid_type" || typeof text !== "string") continue;
    const read = parse(text);
    if (fits(read, (issue as { expected?: string }).expected)) next = replaced(next, path, read);
  }
  return next === value ? undefined : next;
}

/** Whether the value is a number or a flag in quotes, which YAML reads as text. */
export function isQuoted(value: unknown): value is string {
  if (typeof value !== "string") return false;
  const read = parse(value);
  return typeof read === "number" || typeof read === "boolean";
}

function fits(read: unknown, expected: string | undefined): boolean {
  if (expected === "array") return Array.isArray(read);
  if (expected === "object" || expected === "record") return isBlock(read);
  // the CLI stores a whole number as a number, so one in a text was quoted by hand
  return expected === "number" && typeof read === "number" && !Number.isInteger(read);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // plain text
  }
}

/** A copy of the value with the part at a path replaced, or removed if the new part is undefined. */
export function replaced(value: unknown, path: readonly PropertyKey[], part: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return part;
  if (!isBlock(value) && !Array.isArray(value)) return value;
  const copy: object = Array.isArray(value) ? [...value] : { ...value };
  const inner = replaced(Reflect.get(copy, key), rest, part);
  if (inner !== undefined) Reflect.set(copy, key, inner);
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else Reflect.deleteProperty(copy, key);
  return copy;
}
