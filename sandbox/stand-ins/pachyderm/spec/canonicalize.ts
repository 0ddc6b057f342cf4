import { isObject, type Json, type JsonObject } from "./json";
import type { MessageType } from "./messages";

/**
 * The error of pachd when it merges a spec over the defaults and finds `null` instead of a list or
 * map; undefined if there is none. `null` instead of a scalar or message only removes the default.
 * https://github.com/pachyderm/pachyderm/blob/v2.12.0-rc.3/src/internal/protoutil
 */
export function nullProblem(spec: JsonObject, type: MessageType): string | undefined {
  const found = inMessage(spec, type);
  if (found === undefined) return undefined;
  return `could not canonicalize target object: could not canonicalize field pps_v2.ClusterDefaults.create_pipeline_request (${goText(spec)}): ${found}`;
}

function inMessage(message: JsonObject, type: MessageType): string | undefined {
  for (const [key, value] of Object.entries(message)) {
    const field = type.fields[key];
    if (field === undefined) continue;
    const name = `${type.name ?? ""}.${snakeCase(key)}`;
    if (value === null && (field.shape === "list" || field.shape === "map"))
      return `expected ${field.shape === "list" ? "[]any" : "map[string]any"}; got <nil> in ${name}`;
    const below = field.type();
    if (typeof below !== "object" || below.kind !== "message") continue;
    for (const item of Array.isArray(value) ? value : [value]) {
      const found = isObject(item) ? inMessage(item, below) : undefined;
      if (found !== undefined)
        return `could not canonicalize field ${name} (${goText(value)}): ${found}`;
    }
  }
  return undefined;
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A JSON value as Go's fmt prints it with `%v`. */
function goText(value: Json): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isObject(value)) return String(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key] ?? null)}`);
  return `map[${entries.join(" ")}]`;
}
