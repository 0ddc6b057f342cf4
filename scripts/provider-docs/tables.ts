import type {
  ObjectType,
  Property,
  PropertyType,
  Resource,
} from "../../providers/kit/package-schema";
import { providerSchema } from "../../providers/pachyderm/plugin/schema";

const schema = providerSchema("0.0.0");

/** A table of the document, by name, such as `arguments of Pipeline`. */
export function renderTable(name: string): string {
  if (name === "the pipeline spec") return renderSpec();
  if (name === "arguments of the provider") {
    const { inputProperties, requiredInputs } = schema.provider;
    return table("argument", inputProperties, requiredInputs);
  }
  const [, kind, type] = /^(arguments|outputs) of (\w+)$/.exec(name) ?? [];
  const resource = schema.resources[`pachyderm:index:${type}`];
  if (resource === undefined) throw new Error(`unknown table "${name}"`);
  return kind === "arguments"
    ? table("argument", resource.inputProperties, resource.requiredInputs)
    : table("output", ownOutputs(resource), []);
}

/** The outputs that are not also arguments. */
function ownOutputs({ inputProperties, properties }: Resource): Record<string, Property> {
  const own = Object.entries(properties).filter(([name]) => !(name in inputProperties));
  return Object.fromEntries(own);
}

function renderSpec(): string {
  return Object.entries(schema.types)
    .map(([token, type]) => renderType(token, type))
    .join("\n\n");
}

function renderType(token: string, { description, properties, required }: ObjectType): string {
  return [`#### ${typeName(token)}`, description, table("field", properties, required)].join(
    "\n\n",
  );
}

function table(
  heading: string,
  properties: Readonly<Record<string, Property>>,
  required: readonly string[],
): string {
  const rows = Object.entries(properties).map(([name, property]) => {
    const mark = required.includes(name) ? ", required" : "";
    return `| \`${name}\` | ${typeText(property)}${mark} | ${cell(property.description)} |`;
  });
  return [`| ${heading} | type | meaning |`, "| --- | --- | --- |", ...rows].join("\n");
}

function typeText(type: PropertyType): string {
  if ("oneOf" in type) return type.oneOf.map(typeText).join(" or ");
  if ("$ref" in type) return referenceText(type.$ref);
  if (type.type === "array") return `list of ${typeText(type.items)}`;
  if (type.type === "object") return `map of ${typeText(type.additionalProperties)}`;
  return type.type;
}

function referenceText(reference: string): string {
  if (reference === "pulumi.json#/Any") return "any value";
  const name = typeName(reference);
  return `[${name}](#${name.toLowerCase()})`;
}

function typeName(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}

/** A text for one cell of a table. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
}
