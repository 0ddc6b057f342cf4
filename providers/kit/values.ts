/**
 * Property values as the Pulumi engine sends them to a provider plugin: JSON, plus values that are
 * not known yet (in previews) and values marked as secret.
 *
 * On the wire, both are encoded as ordinary values, see
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go
 */

import { mapValues } from "./map-values";

/** On the wire, an unknown value is this string (`plugin.UnknownStringValue`). */
export const UNKNOWN_ON_THE_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** On the wire, special values are objects with this key (`resource.SigKey`). */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";

/** The value of the signature key of a secret (`resource.SecretSig`). */
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** A value that is known only once the resource it comes from has been created or updated. */
export class Unknown {
  /** Distinguishes unknowns from other objects: TypeScript compares types by structure. */
  readonly kind = "unknown";
  toString(): string {
    return "<unknown>";
  }
}

/** The one instance of {@link Unknown}. */
export const UNKNOWN = new Unknown();

/** A value that must not be shown. It prints as `[secret]`, so that it cannot leak by accident. */
export class Secret {
  readonly #value: Value;
  constructor(value: Value) {
    this.#value = value;
  }
  /** The plain value, for sending it where it belongs. */
  reveal(): Value {
    return this.#value;
  }
  toString(): string {
    return "[secret]";
  }
  toJSON(): string {
    return "[secret]";
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

/** A property value. */
export type Value = null | boolean | number | string | Value[] | ValueMap | Unknown | Secret;

/** An object of property values, such as a resource's inputs. */
export interface ValueMap {
  [key: string]: Value;
}

export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

export function isSecret(value: unknown): value is Secret {
  return value instanceof Secret;
}

/** Whether the value is an object with properties: not null, a list, an unknown or a secret. */
export function isMap(value: unknown): value is ValueMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !isUnknown(value) &&
    !isSecret(value)
  );
}

/** Whether the value is an unknown, or contains one at any depth. */
export function containsUnknown(value: Value): boolean {
  return contains(value, isUnknown);
}

/** Whether the value is a secret, or contains one at any depth. */
export function containsSecret(value: Value): boolean {
  return contains(value, isSecret);
}

function contains(value: Value, predicate: (value: Value) => boolean): boolean {
  if (predicate(value)) return true;
  if (isSecret(value)) return contains(value.reveal(), predicate);
  if (Array.isArray(value)) return value.some((item) => contains(item, predicate));
  if (isMap(value)) return Object.values(value).some((item) => contains(item, predicate));
  return false;
}

/** The value without its secret marks, at any depth. The result must not be printed. */
export function reveal(value: Value): Value {
  if (isSecret(value)) return reveal(value.reveal());
  if (Array.isArray(value)) return value.map(reveal);
  if (isMap(value)) return mapValues(value, reveal);
  return value;
}

/** Decodes a value from the wire. */
export function decode(raw: unknown): Value {
  if (raw === undefined || raw === null) return null;
  if (raw === UNKNOWN_ON_THE_WIRE) return UNKNOWN;
  if (Array.isArray(raw)) return raw.map(decode);
  if (typeof raw === "object") {
    const object = raw as Record<string, unknown>;
    if (object[SIGNATURE_KEY] === SECRET_SIGNATURE) return new Secret(decode(object.value));
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, decode(item)]));
  }
  return raw as Value;
}

/** Encodes a value for the wire. */
export function encode(value: Value | undefined): unknown {
  if (value === undefined) return null;
  if (isUnknown(value)) return UNKNOWN_ON_THE_WIRE;
  if (isSecret(value)) {
    return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: encode(value.reveal()) };
  }
  if (Array.isArray(value)) return value.map(encode);
  if (isMap(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)]));
  }
  return value;
}
