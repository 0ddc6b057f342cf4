import type { CheckFailure } from "../../../provider-kit/handler";
import {
  isMap,
  isSecret,
  isUnknown,
  reveal,
  type Value,
  type ValueMap,
} from "../../../provider-kit/values";
import { nameProblem } from "../../spec/check/syntax";
import { nearest } from "../../spec/suggest";

/** What kind of value an argument of a resource takes. */
export type ArgumentKind =
  | "string"
  | "boolean"
  | "number"
  | "list of strings"
  | "map of strings"
  | "spec";

const FITS: Readonly<Record<ArgumentKind, (value: Value) => boolean>> = {
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  "list of strings": (value) =>
    Array.isArray(value) && value.every((item) => plain(item, "string")),
  "map of strings": (value) =>
    isMap(value) && Object.values(value).every((item) => plain(item, "string")),
  spec: (value) => isMap(value),
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
      failures.push({ reason: `${property}: is no argument of this resource${hint}` });
    } else if (!plain(value, kind) && value !== null) {
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

function plain(value: Value, kind: ArgumentKind): boolean {
  if (isUnknown(value)) return true;
  return isSecret(value) ? plain(value.reveal(), kind) : FITS[kind](value);
}

/** Checks arguments that are names of things on Pachyderm; what is not known yet passes. */
export function checkNames(inputs: ValueMap, properties: readonly string[]): CheckFailure[] {
  return properties.flatMap((property) => {
    const value = reveal(inputs[property] ?? null);
    const reason = typeof value === "string" ? nameProblem(value) : undefined;
    return reason === undefined ? [] : [{ reason: `${property}: ${reason}` }];
  });
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
