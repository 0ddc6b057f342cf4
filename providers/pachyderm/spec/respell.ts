import { isMap, type Value, type ValueMap } from "../../kit/values";
import { plainInteger, saysNothing } from "./canonical";
import { type FieldType, fieldName, MESSAGES, type MessageName, ROOT, snakeCase } from "./fields";
import { parseFloat32 } from "./scalars";

export type Spelling = "camelCase" | "snake_case";

/** A part of a spec with its fields in one spelling. Keys of maps are the user's own and stay. */
export function respell(type: FieldType, value: Value, spelling: Spelling): Value {
  return rewrite(type, value, spelling, (_type, scalar) => scalar);
}

/**
 * A spec in the form of the package's schema, for an import: fields in camelCase, numbers as
 * numbers, enums by name. Code generated from the schema would lack fields in another spelling.
 */
export function inSchemaForm(spec: Value): Value {
  return rewrite({ kind: "message", message: ROOT }, spec, "camelCase", scalarInSchemaForm);
}

function rewrite(
  type: FieldType,
  value: Value,
  spelling: Spelling,
  scalar: (type: FieldType, value: Value) => Value,
): Value {
  if (type.kind === "list" && Array.isArray(value)) {
    return value.map((item) => rewrite(type.item, item, spelling, scalar));
  }
  if (type.kind !== "message" || !isMap(value)) return scalar(type, value);
  const rewritten: ValueMap = {};
  for (const [key, item] of Object.entries(value)) {
    const name = fieldName(type.message, key);
    const field = name === undefined ? undefined : MESSAGES[type.message].fields[name];
    if (name === undefined || field === undefined) rewritten[key] = item;
    else if (field.type.kind !== "refused" || !saysNothing(item))
      rewritten[spell(type.message, name, spelling)] = rewrite(field.type, item, spelling, scalar);
  }
  return rewritten;
}

/** The key for a field; for other names, the name itself. */
export function spell(message: MessageName, name: string, spelling: Spelling): string {
  const isField = fieldName(message, name) !== undefined;
  return isField && spelling === "snake_case" ? snakeCase(name) : name;
}

function scalarInSchemaForm(type: FieldType, value: Value): Value {
  switch (type.kind) {
    case "int32":
    case "int64":
    case "uint64":
      return plainInteger(value);
    case "float":
      return typeof value === "string" && parseFloat32(value) !== undefined ? Number(value) : value;
    case "enum":
      return (typeof value === "number" ? type.names[value] : undefined) ?? value;
    default:
      return value;
  }
}
