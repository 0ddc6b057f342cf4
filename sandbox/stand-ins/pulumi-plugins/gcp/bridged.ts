/** Habits that all of the gcp plugin's resources have from the Terraform bridge that it is built on. */
import {
  containsSecret,
  isMap,
  mapValues,
  reveal,
  Secret,
  type Value,
  type ValueMap,
} from "../../../../providers/kit/values";

/** Where the bridge keeps what Terraform must remember: timeouts in nanoseconds, schema version. */
const META_KEY = "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0";

export function metaOf(timeoutSeconds: Record<string, number>, schemaVersion?: string): string {
  const timeouts = Object.entries(timeoutSeconds).map(([key, value]) => [key, value * 1e9]);
  return JSON.stringify({
    [META_KEY]: Object.fromEntries(timeouts),
    ...(schemaVersion !== undefined && { schema_version: schemaVersion }),
  });
}

/** The inputs as they are kept: with a note in every object of which properties got a default. */
export function withDefaults(inputs: ValueMap, defaults: ValueMap): ValueMap {
  const missing = Object.keys(defaults).filter((key) => inputs[key] === undefined);
  const filled = {
    ...inputs,
    ...Object.fromEntries(missing.map((key) => [key, defaults[key] ?? null])),
  };
  return { ...filled, __defaults: missing.sort() };
}

/** The value without nulls and the bridge's notes, as the program gave it. */
export function withoutNotes(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutNotes);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).filter(
    ([key, item]) => key !== "__defaults" && item !== null && item !== undefined,
  );
  return mapValues(Object.fromEntries(entries), withoutNotes);
}

/** What the program gave, with nothing in it secret any more: it must not be shown. */
export function plainInputs(inputs: ValueMap): ValueMap {
  return withoutNotes(reveal(inputs)) as ValueMap;
}

/** Marks the properties as secret that hold secrets in the inputs. */
export function keepSecrets(state: ValueMap, inputs: ValueMap): ValueMap {
  return mapValues(state, (value, key) =>
    containsSecret(inputs[key] ?? null) && !containsSecret(value) ? new Secret(value) : value,
  );
}

/** A required property that is missing, in the bridge's words. */
export function missing(resource: string, property: string) {
  return {
    property,
    reason:
      `Missing required argument. The argument "${property}" is required, but no definition was ` +
      `found. Examine values at '${resource}.${property}'.`,
  };
}

/** Properties that the stand-in doesn't have; to ignore them would be another bucket than asked for. */
export function unknownProperties(
  where: string,
  value: Value | undefined,
  known: readonly string[],
) {
  if (!isMap(value)) return [];
  return Object.keys(value)
    .filter((key) => key !== "__defaults" && !known.includes(key))
    .map((key) => ({
      reason: `${where}${key}: the sandbox's stand-in for the gcp plugin does not have this property; it has ${known.join(", ")}`,
    }));
}
