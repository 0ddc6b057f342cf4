/** The registry of use cases, use-cases/index.ts. */
import * as ts from "typescript";
import { literal, propertyName } from "./typescript";

const FILE = "use-cases/index.ts";

/** The names in the registry, and where to insert more. */
function readRegistry(source: string) {
  const file = ts.createSourceFile(FILE, source, ts.ScriptTarget.Latest, true);
  const declared = file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .find(({ name }) => ts.isIdentifier(name) && name.text === "useCases");
  const { initializer } = declared ?? {};
  if (initializer === undefined || !ts.isObjectLiteralExpression(initializer)) {
    throw new Error(`${FILE}: expected \`export const useCases = { … }\``);
  }
  const imports = file.statements.filter(ts.isImportDeclaration);
  return { file, object: initializer, lastImport: imports.at(-1) };
}

/** The names of the use cases in the registry. */
export function registeredNames(source: string): string[] {
  return readRegistry(source).object.properties.flatMap(({ name }) =>
    name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? [name.text] : [],
  );
}

/** The constant of a use case, and the folder that the registry imports it from. */
export function constantOf(source: string, useCase: string) {
  const { object, file } = readRegistry(source);
  const entry = object.properties.find(
    ({ name }) => name !== undefined && !ts.isComputedPropertyName(name) && name.text === useCase,
  );
  const value = entry && ts.isPropertyAssignment(entry) ? entry.initializer : entry?.name;
  if (value === undefined || !ts.isIdentifier(value)) {
    throw new Error(`${FILE}: expected "${useCase}" to be an imported constant`);
  }
  const from = file.statements
    .filter(ts.isImportDeclaration)
    .find((each) => importsName(each, value.text));
  const path = from && ts.isStringLiteral(from.moduleSpecifier) ? from.moduleSpecifier.text : "";
  return { constant: value.text, folder: /^\.\/([\w-]+)$/.exec(path)?.[1] };
}

/** Whether the registry already imports something with this name. */
export function isTaken(source: string, constant: string): boolean {
  const { statements } = readRegistry(source).file;
  return statements.filter(ts.isImportDeclaration).some((each) => importsName(each, constant));
}

function importsName({ importClause }: ts.ImportDeclaration, constant: string): boolean {
  const names = importClause?.namedBindings;
  return (
    names !== undefined &&
    ts.isNamedImports(names) &&
    names.elements.some(({ name }) => name.text === constant)
  );
}

/** The registry with another use case. */
export function register(source: string, useCase: string, constant: string): string {
  const { object, lastImport } = readRegistry(source);
  const { properties } = object;
  const last = properties.at(-1);
  const at = last?.getEnd() ?? object.getStart() + 1;
  const comma = last !== undefined ? "," : "";
  const entry = `${comma}\n  ${propertyName(useCase)}: ${constant}`;
  const importLine = `import { ${constant} } from ${literal(`./${useCase}`)};\n`;
  const importAt = lastImport === undefined ? 0 : lastImport.getEnd() + 1;
  return (
    source.slice(0, importAt) + importLine + source.slice(importAt, at) + entry + source.slice(at)
  );
}
