import type { CheckFailure } from "./handler";
import { shortened } from "./quote";
import { nearest } from "./suggest";
import { isMap, isSecret, isUnknown, reveal, type Value, type ValueMap } from "./values";

/** What kind of value an argument of a resource takes. */
export type ArgumentKind =
  | "string"
  | "boolean"
  | "number"
  | "list of strings"
  | "map of strings"
  | "map";

const FITS: Readonly<Record<ArgumentKind, (value: Value) => boolean>> = {
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  "list of strings": (value) => Array.isArray(value) && value.every((item) => fits(item, "string")),
  "map of strings": (value) =>
    isMap(value) && Object.values(value).every((item) => fits(item, "string")),
  map: (value) => isMap(value),
};

/**
 * Checks the names and kinds of a resource's arguments; what is not known yet passes. The value of
 * an argument is not shown: it may be a secret.
 */
export function checkArguments(
  inputs: ValueMap,
  kinds: Readonly<Record<string, ArgumentKind>>,
  required: readonly string[],
): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const [property, value] of Object.entries(inputs)) {
    const kind = kinds[property];
    if (kind === undefined) {
      const suggestion = nearest(property, Object.keys(kinds));
      const hint = suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
      const name = shortened(property);
      failures.push({ reason: `${name}: is no argument of this resource${hint}` });
    } else if (!fits(value, kind) && value !== null) {
      failures.push({ reason: `${property}: must be a ${kind}` });
    }
  }
  for (const property of required) {
    if (inputs[property] === undefined || inputs[property] === null) {
      failures.push({ reason: `${property}: is missing` });
    }
  }
  return failures;
}

function fits(value: Value, kind: ArgumentKind): boolean {
  if (isUnknown(value)) return true;
  return isSecret(value) ? fits(value.reveal(), kind) : FITS[kind](value);
}

/** The plain text of an argument; one that is left out is empty. */
export function text(value: Value | undefined): string {
  const plain = reveal(value ?? null);
  return typeof plain === "string" ? plain : "";
}

/** Whether an argument that is a flag is set; it may be marked as a secret. */
export function flag(value: Value | undefined): boolean {
  return reveal(value ?? null) === true;
}
