/** Reads the resource classes of a provider, their arguments' interfaces and doc comments. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import type { ClassSchema, Property } from "./package-schema";
import { type OwnTypes, readPropertyType } from "./read-property-type";

/** The schema of the provider class, and of the resource classes by type token. */
export interface Classes {
  readonly provider: ClassSchema;
  readonly resources: Readonly<Record<string, ClassSchema>>;
}

/**
 * @param folder the folder with the classes
 * @param provider the provider class's token in the engine, without a module
 */
export function readClasses(folder: string, provider: string, own: OwnTypes = {}): Classes {
  const { [provider]: found, ...resources } = Object.fromEntries(
    sourceFiles(folder).flatMap((file) => readFile(file, own)),
  );
  if (found === undefined) throw new Error(`no provider class in ${folder}`);
  return { provider: found, resources };
}

/**
 * Writes the classes as a TypeScript file, to be formatted afterwards.
 *
 * @param kit the path from that file to this folder
 */
export function writeClasses(file: string, kit: string, classes: Classes): void {
  const text = [
    "// Generated from the resource classes by generate-resources.ts: edit those instead.",
    `import type { ClassSchema } from "${kit}/package-schema";`,
    "",
    `export const PROVIDER: ClassSchema = ${JSON.stringify(classes.provider)};`,
    "",
    `export const RESOURCES = ${JSON.stringify(classes.resources)} satisfies Readonly<Record<string, ClassSchema>>;`,
    "",
  ].join("\n");
  writeFileSync(file, text);
}

function sourceFiles(folder: string): ts.SourceFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) =>
      ts.createSourceFile(
        join(folder, name),
        readFileSync(join(folder, name), "utf8"),
        ts.ScriptTarget.Latest,
        true,
      ),
    );
}

function readFile(file: ts.SourceFile, own: OwnTypes): [token: string, ClassSchema][] {
  return file.statements.filter(ts.isClassDeclaration).flatMap((node) => {
    const token = readToken(node);
    return token === undefined ? [] : [[token, readClass(file, node, own)]];
  });
}

function readClass(file: ts.SourceFile, node: ts.ClassDeclaration, own: OwnTypes): ClassSchema {
  const secret = secretOutputs(node);
  const args = argumentsOf(file, node);
  const outputs = node.members.filter(ts.isPropertyDeclaration);
  const signatures = args.filter(ts.isPropertySignature);
  const inputProperties = readProperties(signatures, own, {}, secret);
  return {
    description: docOf(node),
    inputProperties,
    requiredInputs: namesOf(args.filter((member) => !member.questionToken)),
    outputProperties: readProperties(outputs, own, inputProperties, secret),
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

/** The members of the arguments' interface; empty if the class has no arguments. */
function argumentsOf(file: ts.SourceFile, node: ts.ClassDeclaration): readonly ts.TypeElement[] {
  const made = node.members.find(ts.isConstructorDeclaration);
  const takesArguments = made?.parameters.some((parameter) => parameter.name.getText() === "args");
  if (!takesArguments) return [];
  const name = `${node.name?.text}Args`;
  const found = file.statements
    .filter(ts.isInterfaceDeclaration)
    .find((declaration) => declaration.name.text === name);
  if (found === undefined) throw new Error(`${file.fileName}: no interface ${name}`);
  return found.members;
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

/** @param inherited the source of the comment for an output that is also an argument */
function readProperties(
  nodes: readonly (ts.PropertySignature | ts.PropertyDeclaration)[],
  own: OwnTypes,
  inherited: Readonly<Record<string, Property>>,
  secret: ReadonlySet<string>,
): Record<string, Property> {
  return Object.fromEntries(
    nodes.map((node) => {
      const name = node.name.getText();
      if (node.type === undefined) throw unexpected(node);
      const description = docOf(node, inherited[name]?.description);
      const type = readPropertyType(node.type, own);
      return [name, { ...type, description, ...(secret.has(name) ? { secret: true } : {}) }];
    }),
  );
}

function namesOf(nodes: readonly ts.NamedDeclaration[]): string[] {
  return nodes.map((node) => node.name?.getText() ?? "");
}

/** The doc comment as one string: paragraphs stay separate, lines are joined. */
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
  return new Error(`${position(node)} cannot be represented in the schema: ${node.getText()}`);
}

function position(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${file.fileName}:${line + 1}`;
}
