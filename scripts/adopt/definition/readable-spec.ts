import { isMap, type Value } from "../../../providers/kit/values";
import { inSchemaForm, specsEqual } from "../../../providers/pachyderm/client";
import { DEFAULT_PROJECT } from "../../../providers/pachyderm/rules";

/** Fields that hold JSON, in the spelling of the package's schema. */
const JSON_FIELDS = ["podPatch", "podSpec"];

/**
 * The spec as a person would write it in TypeScript: in one spelling, and with JSON as objects and
 * lists.
 */
export function readableSpec(spec: Value): Value {
  const written = inSchemaForm(spec);
  if (!isMap(written)) return written;
  const entries = Object.entries(written).map(([key, value]) => [
    key,
    JSON_FIELDS.includes(key) ? parsed(value) : value,
  ]);
  const readable = Object.fromEntries(entries) as Value;
  // JSON with numbers that JavaScript would round stays a string
  return specsEqual(readable, spec, { project: DEFAULT_PROJECT }) ? readable : written;
}

function parsed(value: Value): Value {
  if (typeof value !== "string") return value;
  try {
    const read = JSON.parse(value) as Value;
    return typeof read === "object" && read !== null ? read : value;
  } catch {
    return value;
  }
}
