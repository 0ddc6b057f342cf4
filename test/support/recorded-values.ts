import {
  decode,
  isMap,
  isSecret,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  type Value,
  type ValueMap,
} from "../../providers/kit/values";

/** Reads properties from a recorded state file, where secrets are objects with plain text. */
export function fromStateFile(recorded: unknown): ValueMap {
  return decode(withSecrets(recorded)) as ValueMap;
}

function withSecrets(recorded: unknown): unknown {
  if (Array.isArray(recorded)) return recorded.map(withSecrets);
  if (typeof recorded !== "object" || recorded === null) return recorded;
  const { plaintext, ...rest } = recorded as Record<string, unknown>;
  if (rest[SIGNATURE_KEY] === SECRET_SIGNATURE)
    return { ...rest, value: JSON.parse(String(plaintext)) };
  return Object.fromEntries(
    Object.entries(recorded).map(([key, value]) => [key, withSecrets(value)]),
  );
}

/** Values as plain JSON to compare, in which a secret is an object `{secret: …}`. */
export function comparableJson(value: Value): unknown {
  if (isSecret(value)) return { secret: comparableJson(value.reveal()) };
  if (Array.isArray(value)) return value.map(comparableJson);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, comparableJson(item)]),
  );
}
