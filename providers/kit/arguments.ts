import type { CheckFailure } from "./handler";
import type { ClassSchema, PropertyType } from "./package-schema";
import { shortened } from "./quote";
import { didYouMean } from "./suggest";
import { isMap, isSecret, isUnknown, reveal, type Value, type ValueMap } from "./values";

/** The kind of value that a resource's argument accepts. */
export type ArgumentKind =
  | "string"
  | "boolean"
  | "number"
  | "list"
  | "list of strings"
  | "map of strings"
  | "map";

const FITS: Readonly<Record<ArgumentKind, (value: Value) => boolean>> = {
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  list: (value) => Array.isArray(value),
  "list of strings": (value) => Array.isArray(value) && value.every((item) => fits(item, "string")),
  "map of strings": (value) =>
    isMap(value) && Object.values(value).every((item) => fits(item, "string")),
  map: (value) => isMap(value),
};

/**
 * Checks the names and kinds of a resource's arguments; unknown values pass. Values are not shown:
 * they may be secrets.
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
      const suggestion = didYouMean(property, Object.keys(kinds));
      const hint = suggestion === undefined ? "" : `; ${suggestion}`;
      const name = shortened(property);
      failures.push({ reason: `${name}: is not a valid argument${hint}` });
    } else if (!fits(value, kind) && value !== null) {
      failures.push({ reason: `${property}: must be a ${kind}` });
    }
  }
  for (const property of required) {
    if (inputs[property] === undefined || inputs[property] === null) {
      failures.push({ reason: `${property}: is required` });
    }
  }
  return failures;
}

/** Like {@link checkArguments}, with the arguments that the resource's class declares. */
export function checkDeclared(inputs: ValueMap, declared: DeclaredArguments): CheckFailure[] {
  const kinds = Object.entries(declared.inputProperties).map(
    ([name, type]) => [name, kindOf(type)] as const,
  );
  return checkArguments(inputs, Object.fromEntries(kinds), declared.requiredInputs);
}

type DeclaredArguments = Pick<ClassSchema, "inputProperties" | "requiredInputs">;

function kindOf(type: PropertyType): ArgumentKind {
  if (!("type" in type)) return "map"; // a type of the package
  switch (type.type) {
    case "array":
      return "list of strings";
    case "object":
      return isString(type.additionalProperties) ? "map of strings" : "map";
    case "integer":
      return "number";
    default:
      return type.type;
  }
}

function isString(type: PropertyType): boolean {
  return "type" in type && type.type === "string";
}

function fits(value: Value, kind: ArgumentKind): boolean {
  if (isUnknown(value)) return true;
  return isSecret(value) ? fits(value.reveal(), kind) : FITS[kind](value);
}

/** An argument's plain string; empty if the argument is not set. */
export function text(value: Value | undefined): string {
  const plain = reveal(value ?? null);
  return typeof plain === "string" ? plain : "";
}

/** Whether a boolean argument is true; it may be marked as a secret. */
export function flag(value: Value | undefined): boolean {
  return reveal(value ?? null) === true;
}
