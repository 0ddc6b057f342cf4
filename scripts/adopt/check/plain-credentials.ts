import type { PropertyPath } from "../../../providers/kit/property-path";
import { isMap, type Value } from "../../../providers/kit/values";
import { looksLikeSecret } from "../../../providers/pachyderm/client";

/** A part of a spec that looks like a credential. Its value is never shown, nor written anywhere. */
export interface PlainCredential {
  readonly path: PropertyPath;
  /** The variable's name, if it is one of `transform.env`. */
  readonly variable?: string;
}

/** A password in an address. */
const WITH_PASSWORD = /\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@"']*:[^/\s@"']+@/i;

/** What looks like a credential, apart from variables that the user says are not. */
export function findCredentials(spec: Value, allowed: ReadonlySet<string>): PlainCredential[] {
  const transform = isMap(spec) ? spec.transform : undefined;
  const env = isMap(transform) && isMap(transform.env) ? transform.env : {};
  const isCredential = (name: string, value: Value) =>
    typeof value === "string" &&
    value !== "" &&
    (looksLikeSecret(name) || WITH_PASSWORD.test(value));
  const variables = Object.entries(env)
    .filter(([name, value]) => isCredential(name, value) && !allowed.has(name))
    .map(([name]) => ({ path: ["transform", "env", name], variable: name }));
  return [...variables, ...addresses(spec, [])];
}

/** Addresses with a password, outside of the variables. */
function addresses(value: Value, path: PropertyPath): PlainCredential[] {
  if (path[0] === "transform" && path[1] === "env") return [];
  if (typeof value === "string") return WITH_PASSWORD.test(value) ? [{ path }] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    addresses(item as Value, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
