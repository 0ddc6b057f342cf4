import { quoted } from "../../../kit/quote";
import { isMap, isSecret, isUnknown, type Value, type ValueMap } from "../../../kit/values";
import { acceptedNames, type FieldType, fieldName, MESSAGES, type MessageName } from "../fields";
import { spelledKey } from "../lookup";
import { parseDuration, parseFloat32, parseInteger, parseTimestamp } from "../scalars";
import { SpecNode } from "./node";
import type { Problems } from "./problem";
import { unknownField } from "./unknown-field";

const SECRET_REFUSED =
  "is a secret, and every Pachyderm user can read a spec: put it in a Kubernetes Secret and " +
  "reference that in `transform.secrets`";

const INTEGER_RANGES = {
  int32: { least: -(2n ** 31n), most: 2n ** 31n - 1n },
  int64: { least: -(2n ** 63n), most: 2n ** 63n - 1n },
  uint64: { least: 0n, most: 2n ** 64n - 1n },
} as const;

/**
 * Checks that every field exists and has a value of its type, and that no required field is
 * missing.
 */
export function checkShape(node: SpecNode, problems: Problems): void {
  const { value, type } = node;
  if (isSecret(value)) problems.fail(node, SECRET_REFUSED);
  else if (value === null) checkNull(node, problems);
  else if (!isUnknown(value) && value !== undefined) checkValue(node, value, type, problems);
}

/** Pachyderm accepts null for a scalar or a message, but never for a list or a map. */
function checkNull(node: SpecNode, problems: Problems): void {
  if (node.type.kind === "list") {
    problems.fail(node, "must be a list, found null: leave it out, or set [] for an empty list");
  } else if (node.type.kind === "map") {
    problems.fail(node, "must be an object that maps names to strings, found null: leave it out");
  }
}

function checkValue(node: SpecNode, value: Value, type: FieldType, problems: Problems): void {
  switch (type.kind) {
    case "message":
      if (isMap(value)) checkMessage(node, value, type.message, problems);
      else problems.fail(node, `must be an object, found ${kindOf(value)}`);
      break;
    case "list":
      if (Array.isArray(value)) checkItems(node.items, problems);
      else problems.fail(node, `must be a list, found ${kindOf(value)}`);
      break;
    case "map":
      if (isMap(value)) checkItems(entryNodes(node), problems);
      else
        problems.fail(node, `must be an object that maps names to strings, found ${kindOf(value)}`);
      break;
    case "refused":
      if (node.isSet) problems.fail(node, type.reason);
      break;
    case "json":
      checkJson(node, problems);
      break;
    default: {
      const expected = scalarMismatch(type, value);
      if (expected !== undefined) problems.fail(node, expected);
    }
  }
}

function checkMessage(
  node: SpecNode,
  map: ValueMap,
  message: MessageName,
  problems: Problems,
): void {
  const { fields } = MESSAGES[message];
  for (const key of Object.keys(map)) {
    const name = fieldName(message, key);
    const child = new SpecNode(map[key], node.type, [...node.path, key]);
    if (name === undefined) problems.fail(child, unknownField(message, key));
    else if (spelledKey(map, message, name) !== key) {
      problems.fail(
        child,
        `is set twice, also as ${spelledKey(map, message, name)}: remove one of the two`,
      );
    } else checkShape(node.field(name), problems);
  }
  for (const [name, field] of Object.entries(fields)) {
    const child = node.field(name);
    if (field.required && !isGiven(child)) problems.fail(child, missing(field.type));
  }
}

function missing(type: FieldType): string {
  if (type.kind !== "enum") return "is required";
  return `is required: expected one of ${acceptedNames(type).join(", ")}`;
}

function isGiven(node: SpecNode): boolean {
  // in the proto, the name with the number 0 means that an enum is not set
  if (node.type.kind === "enum" && (node.value === 0 || node.value === node.type.names[0])) {
    return false;
  }
  return node.isSet;
}

function entryNodes(node: SpecNode): SpecNode[] {
  return node.entries.map(([, entry]) => entry);
}

function checkItems(items: readonly SpecNode[], problems: Problems): void {
  for (const item of items) {
    if (item.value === null) problems.fail(item, "must not be null");
    else checkShape(item, problems);
  }
}

/** JSON may be any value; secrets in it are as readable as elsewhere in the spec. */
function checkJson(node: SpecNode, problems: Problems): void {
  const { value, type } = node;
  if (typeof value === "string") {
    if (value !== "" && !isJson(value)) problems.fail(node, "must be valid JSON");
  } else if (isMap(value) || Array.isArray(value)) {
    for (const [key, item] of Object.entries(value)) {
      const step = Array.isArray(value) ? Number(key) : key;
      checkSecrets(new SpecNode(item, type, [...node.path, step]), problems);
    }
  } else
    problems.fail(
      node,
      `must be JSON, as a string or as an object or list, found ${kindOf(value)}`,
    );
}

function checkSecrets(node: SpecNode, problems: Problems): void {
  const { value } = node;
  if (isSecret(value)) problems.fail(node, SECRET_REFUSED);
  else if (isMap(value) || Array.isArray(value)) checkJson(node, problems);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What is wrong with a scalar, or undefined if it is valid. */
function scalarMismatch(type: FieldType, value: Value): string | undefined {
  switch (type.kind) {
    case "string":
      return typeof value === "string" ? undefined : `must be a string, found ${kindOf(value)}`;
    case "bool":
      return typeof value === "boolean" ? undefined : `must be true or false, found ${show(value)}`;
    case "int32":
    case "int64":
    case "uint64": {
      const { least, most } = INTEGER_RANGES[type.kind];
      const integer = parseInteger(value);
      if (integer !== undefined && integer >= least && integer <= most) return undefined;
      return `must be an integer from ${least} to ${most}, found ${show(value)}`;
    }
    case "float":
      return parseFloat32(value) === undefined
        ? `must be a number, found ${show(value)}`
        : undefined;
    case "duration":
      if (typeof value === "string" && parseDuration(value) !== undefined) return undefined;
      return `must be a duration in seconds such as "90s" or "0.5s", found ${show(value)}`;
    case "timestamp":
      if (typeof value === "string" && parseTimestamp(value) !== undefined) return undefined;
      return `must be a time such as "2024-05-01T00:00:00Z", found ${show(value)}`;
    case "enum":
      if (typeof value === "number" && type.names[value] !== undefined) return undefined;
      if (typeof value === "string" && type.names.includes(value)) return undefined;
      return `expected one of ${acceptedNames(type).join(", ")}, found ${show(value)}`;
    default:
      return undefined;
  }
}

function kindOf(value: Value | undefined): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a string";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** The value itself, truncated if it is long; only for fields that do not hold free text. */
function show(value: Value): string {
  if (typeof value === "string") return quoted(value);
  return typeof value === "object" ? kindOf(value) : String(value);
}
