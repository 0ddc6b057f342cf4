/**
 * Writes types.ts from the table in fields.ts: `npx tsx
 * providers/pachyderm/spec/generate-types.ts`. A test fails if the two are out of sync.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  acceptedNames,
  type Field,
  type FieldType,
  MESSAGES,
  type Message,
  snakeCase,
} from "./fields";

const HEADER = `// Generated from fields.ts by generate-types.ts: edit that table, not this file.
// Both of Pachyderm's spellings of each field are accepted, even mixed in one spec. null removes a
// default that the cluster or the project sets; Pachyderm refuses it for lists and maps.
import type * as pulumi from "@pulumi/pulumi";

type Optional<T> = pulumi.Input<T | null>;
`;

/** The text of types.ts. */
export function renderTypes(): string {
  const interfaces = Object.entries(MESSAGES).map(([name, message]) =>
    renderInterface(name, message),
  );
  return `${HEADER}\n${interfaces.join("\n")}`;
}

function renderInterface(name: string, message: Message): string {
  const fields = Object.entries(message.fields)
    .filter(([, field]) => field.type.kind !== "refused")
    .map(([fieldName, field]) => renderField(fieldName, field));
  return `${comment(message.doc, "")}export interface ${name} {\n${fields.join("")}}\n`;
}

function renderField(name: string, field: Field): string {
  const snake = snakeCase(name);
  const type = renderType(field.type);
  const own = field.required
    ? `  readonly ${name}: pulumi.Input<${type}>;\n`
    : optional(name, field.type, type);
  const other =
    snake === name
      ? ""
      : comment(`Other spelling of ${name}.`, "  ") + optional(snake, field.type, type);
  return comment(field.doc, "  ") + own + other;
}

/** Breaks a long line as the project's formatter does. */
function optional(name: string, { kind }: FieldType, type: string): string {
  const wrapper = kind === "list" || kind === "map" ? "pulumi.Input" : "Optional";
  const line = `  readonly ${name}?: ${wrapper}<${type}>;\n`;
  return line.length <= 101 ? line : `  readonly ${name}?: ${wrapper}<\n    ${type}\n  >;\n`;
}

function renderType(type: FieldType): string {
  switch (type.kind) {
    case "string":
    case "duration":
    case "timestamp":
      return "string";
    case "bool":
      return "boolean";
    case "int32":
    case "int64":
    case "uint64":
    case "float":
      return "number | string";
    case "json":
      return "string | object";
    case "enum":
      return [...acceptedNames(type).map((name) => `"${name}"`), "number"].join(" | ");
    case "message":
      return type.message;
    case "list":
      return `pulumi.Input<${renderType(type.item)}>[]`;
    case "map":
      return "Record<string, pulumi.Input<string>>";
    case "refused":
      throw new Error("a refused field has no type");
  }
}

function comment(text: string, indent: string): string {
  const single = `${indent}/** ${text} */\n`;
  if (single.length <= 101) return single;
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (indent.length + 3 + line.length + 1 + word.length > 100) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join("")}${indent} */\n`;
}

if (require.main === module) writeFileSync(join(__dirname, "types.ts"), renderTypes());
