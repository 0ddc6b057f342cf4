/**
 * Writes resources.ts from the resource classes in pachyderm/, their arguments' interfaces and
 * doc comments: `npx tsx pachyderm/plugin/schema/generate-resources.ts`, then `npm run format`.
 * A test fails when the two are out of step.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import type { ClassSchema, Property } from "../../../provider-kit/package-schema";
import { readPropertyType } from "./read-property-type";

const FOLDER = join(__dirname, "../..");

const HEADER = `// Generated from the resource classes by generate-resources.ts: edit those, not this file.
import type { ClassSchema } from "../../../provider-kit/package-schema";
`;

/** The token that the engine knows every provider class by, without a module. */
const PROVIDER_TOKEN = "pachyderm";

/** The schema of the provider's class, and of the resources' by type token. */
export function readClasses(): {
  provider: ClassSchema;
  resources: Readonly<Record<string, ClassSchema>>;
} {
  const { [PROVIDER_TOKEN]: provider, ...resources } = Object.fromEntries(
    sourceFiles().flatMap(readFile),
  );
  if (provider === undefined) throw new Error("there is no provider class");
  return { provider, resources };
}

function sourceFiles(): ts.SourceFile[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) =>
      ts.createSourceFile(
        name,
        readFileSync(join(FOLDER, name), "utf8"),
        ts.ScriptTarget.Latest,
        true,
      ),
    );
}

function readFile(file: ts.SourceFile): [token: string, ClassSchema][] {
  return file.statements.filter(ts.isClassDeclaration).flatMap((node) => {
    const token = readToken(node);
    return token === undefined ? [] : [[token, readClass(file, node)]];
  });
}

function readClass(file: ts.SourceFile, node: ts.ClassDeclaration): ClassSchema {
  const secret = secretOutputs(node);
  const args = argumentsOf(file, `${node.name?.text}Args`);
  const outputs = node.members.filter(ts.isPropertyDeclaration);
  const inputProperties = readProperties(args.members.filter(ts.isPropertySignature), {}, secret);
  return {
    description: docOf(node),
    inputProperties,
    requiredInputs: namesOf(args.members.filter((member) => !member.questionToken)),
    outputProperties: readProperties(outputs, inputProperties, secret),
    requiredOutputs: namesOf(outputs.filter(({ type }) => !mayBeMissing(type))),
  };
}

function mayBeMissing(type: ts.TypeNode | undefined): boolean {
  return /\| undefined\b/.test(type?.getText() ?? "");
}

/** The first argument of `super`. */
function readToken(node: ts.ClassDeclaration): string | undefined {
  const made = node.members.find(ts.isConstructorDeclaration);
  for (const statement of made?.body?.statements ?? []) {
    if (!ts.isExpressionStatement(statement) || !ts.isCallExpression(statement.expression))
      continue;
    const [first] = statement.expression.arguments;
    const isSuper = statement.expression.expression.kind === ts.SyntaxKind.SuperKeyword;
    if (isSuper && first !== undefined && ts.isStringLiteral(first)) return first.text;
  }
  return undefined;
}

function argumentsOf(file: ts.SourceFile, name: string): ts.InterfaceDeclaration {
  const found = file.statements
    .filter(ts.isInterfaceDeclaration)
    .find((declaration) => declaration.name.text === name);
  if (found === undefined) throw new Error(`${file.fileName}: there is no interface ${name}`);
  return found;
}

/** What the constructor lists as `additionalSecretOutputs`. */
function secretOutputs(node: ts.ClassDeclaration): Set<string> {
  const names = new Set<string>();
  const visit = (child: ts.Node): void => {
    if (ts.isPropertyAssignment(child) && child.name.getText() === "additionalSecretOutputs") {
      if (!ts.isArrayLiteralExpression(child.initializer)) throw unexpected(child);
      for (const item of child.initializer.elements) {
        if (!ts.isStringLiteral(item)) throw unexpected(item);
        names.add(item.text);
      }
    }
    ts.forEachChild(child, visit);
  };
  visit(node);
  return names;
}

/** @param inherited where the comment comes from of an output that is an argument, too */
function readProperties(
  nodes: readonly (ts.PropertySignature | ts.PropertyDeclaration)[],
  inherited: Readonly<Record<string, Property>>,
  secret: ReadonlySet<string>,
): Record<string, Property> {
  return Object.fromEntries(
    nodes.map((node) => {
      const name = node.name.getText();
      if (node.type === undefined) throw unexpected(node);
      const description = docOf(node, inherited[name]?.description);
      const type = readPropertyType(node.type);
      return [name, { ...type, description, ...(secret.has(name) ? { secret: true } : {}) }];
    }),
  );
}

function namesOf(nodes: readonly ts.NamedDeclaration[]): string[] {
  return nodes.map((node) => node.name?.getText() ?? "");
}

/** The doc comment as one text: paragraphs stay apart, lines are joined. */
function docOf(node: ts.Node, inherited?: string): string {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = ts.getTextOfJSDocComment(comment?.comment) ?? inherited;
  if (text === undefined) throw new Error(`${position(node)} has no doc comment`);
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s*\n\s*/g, " ").trim())
    .join("\n\n");
}

function unexpected(node: ts.Node): Error {
  return new Error(`${position(node)} can't be read for the schema: ${node.getText()}`);
}

function position(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `pachyderm/${file.fileName}:${line + 1}`;
}

/** The text of resources.ts, before the formatter. */
function render(): string {
  const { provider, resources } = readClasses();
  return [
    HEADER,
    `export const PROVIDER: ClassSchema = ${JSON.stringify(provider)};\n`,
    `export const RESOURCES: Readonly<Record<string, ClassSchema>> = ${JSON.stringify(resources)};\n`,
  ].join("\n");
}

if (require.main === module) writeFileSync(join(__dirname, "resources.ts"), render());
