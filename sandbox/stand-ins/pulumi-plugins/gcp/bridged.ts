/** Behavior that all resources of the gcp plugin inherit from the Terraform bridge. */
import { mapValues } from "../../../../providers/kit/map-values";
import {
  containsSecret,
  isMap,
  reveal,
  Secret,
  type Value,
  type ValueMap,
} from "../../../../providers/kit/values";

/** Where the bridge stores Terraform's metadata: timeouts in nanoseconds, schema version. */
const META_KEY = "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0";

export function metaOf(timeoutSeconds: Record<string, number>, schemaVersion?: string): string {
  const timeouts = Object.entries(timeoutSeconds).map(([key, value]) => [key, value * 1e9]);
  return JSON.stringify({
    [META_KEY]: Object.fromEntries(timeouts),
    ...(schemaVersion !== undefined && { schema_version: schemaVersion }),
  });
}

/** The inputs as they are stored: with a note in every object of which properties got a default. */
export function withDefaults(inputs: ValueMap, defaults: ValueMap): ValueMap {
  const missing = Object.keys(defaults).filter((key) => inputs[key] === undefined);
  const filled = {
    ...inputs,
    ...Object.fromEntries(missing.map((key) => [key, defaults[key] ?? null])),
  };
  return { ...filled, __defaults: missing.sort() };
}

/** The value without nulls and the bridge's notes, as set by the program. */
export function withoutNotes(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutNotes);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).filter(
    ([key, item]) => key !== "__defaults" && item !== null && item !== undefined,
  );
  return mapValues(Object.fromEntries(entries), withoutNotes);
}

/** The program's value without secret marks: it must not be shown. */
export function plainInputs(inputs: ValueMap): ValueMap {
  return withoutNotes(reveal(inputs)) as ValueMap;
}

/** Marks the properties as secret that contain secrets in the inputs. */
export function keepSecrets(state: ValueMap, inputs: ValueMap): ValueMap {
  return mapValues(state, (value, key) =>
    containsSecret(inputs[key] ?? null) && !containsSecret(value) ? new Secret(value) : value,
  );
}

/** The failure for a missing required property, as worded by the bridge. */
export function missing(resource: string, property: string) {
  return {
    property,
    reason:
      `Missing required argument. The argument "${property}" is required, but no definition was ` +
      `found. Examine values at '${resource}.${property}'.`,
  };
}

/**
 * Properties that the stand-in does not support; ignoring them would create another bucket than
 * requested.
 */
export function unknownProperties(
  where: string,
  value: Value | undefined,
  known: readonly string[],
) {
  if (!isMap(value)) return [];
  return Object.keys(value)
    .filter((key) => key !== "__defaults" && !known.includes(key))
    .map((key) => ({
      reason:
        `${where}${key}: the sandbox's stand-in for the gcp plugin does not have this ` +
        `property: expected one of ${known.join(", ")}`,
    }));
}
