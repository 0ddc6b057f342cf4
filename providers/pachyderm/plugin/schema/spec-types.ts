import type { ObjectType, Property, PropertyType } from "../../../kit/package-schema";
import { type Field, type FieldType, MESSAGES, type MessageName, ROOT } from "../../spec/fields";

/** The type of a pipeline's `spec`. */
export const SPEC_TYPE: PropertyType = { $ref: `#/types/${typeToken(ROOT)}` };

/**
 * The object types of the pipeline spec, by token. They have only the camelCase names, although
 * both spellings are accepted: in many languages, the two would be the same name.
 */
export function specTypes(): Record<string, ObjectType> {
  const names = Object.keys(MESSAGES) as MessageName[];
  return Object.fromEntries(names.map((name) => [typeToken(name), objectType(name)]));
}

function objectType(name: MessageName): ObjectType {
  const { doc, fields } = MESSAGES[name];
  const accepted = Object.entries(fields).filter(([, { type }]) => type.kind !== "refused");
  return {
    description: doc,
    type: "object",
    properties: Object.fromEntries(accepted.map(([key, field]) => [key, property(field)])),
    required: accepted.filter(([, { required }]) => required).map(([key]) => key),
  };
}

function property({ type, doc }: Field): Property {
  const values = type.kind === "enum" ? code(type.names.slice(1)) : [];
  const namesValues = values.every((value) => doc.includes(value));
  const description = namesValues ? doc : `${doc} One of ${values.join(", ")}.`;
  return { ...propertyType(type), description };
}

function propertyType(type: FieldType): PropertyType {
  switch (type.kind) {
    case "string":
    case "duration":
    case "timestamp":
    // not as enum type: `pulumi import` would write members of it, which the classes here lack
    case "enum":
      return { type: "string" };
    case "bool":
      return { type: "boolean" };
    case "int32":
    case "int64":
    case "uint64":
      return { type: "integer" };
    case "float":
      return { type: "number" };
    case "json":
      return { oneOf: [{ type: "string" }, { $ref: "pulumi.json#/Any" }] };
    case "message":
      return { $ref: `#/types/${typeToken(type.message)}` };
    case "list":
      return { type: "array", items: propertyType(type.item) };
    case "map":
      return { type: "object", additionalProperties: { type: "string" } };
    case "refused":
      throw new Error("a refused field has no type");
  }
}

/** The project in a spec; the name `Project` is that of the resource. */
function typeToken(name: MessageName): string {
  return `pachyderm:index:${name === "Project" ? "PipelineProject" : name}`;
}

function code(words: readonly string[]): string[] {
  return words.map((word) => `\`${word}\``);
}
