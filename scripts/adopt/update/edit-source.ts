/** Edits the literals in a use case's file, and leaves everything else unchanged. */
import * as ts from "typescript";
import { formatPath, type PropertyPath } from "../../../providers/kit/property-path";
import { literal, propertyName } from "../write/typescript";
import type { Edit } from "./edits";

/** A value that only a person can change. */
export interface Refusal {
  readonly path: PropertyPath;
  /** The offset in the source. */
  readonly offset: number;
  /** What the source contains, and what to write instead. */
  readonly reason: string;
}

/** The position of a value in a source, or why it cannot be changed there. */
type Found =
  | {
      readonly kind: "node";
      readonly node: ts.Expression;
      readonly property?: ts.ObjectLiteralElementLike;
    }
  | { readonly kind: "missing"; readonly object: ts.ObjectLiteralExpression; readonly key: string }
  | { readonly kind: "refused"; readonly node: ts.Node; readonly why: string };

/**
 * Applies edits to the definition in a constant. Returns the edited source and the edits that
 * cannot be made.
 */
export function editSource(
  source: string,
  constant: string,
  edits: readonly Edit[],
): { readonly source: string; readonly refusals: readonly Refusal[] } {
  const refusals: Refusal[] = [];
  let text = source;
  for (const edit of edits) {
    const result = editOnce(text, constant, edit);
    if (typeof result === "string") text = result;
    else refusals.push({ ...result, path: edit.path });
  }
  return { source: text, refusals };
}

function editOnce(
  source: string,
  constant: string,
  { path, value }: Edit,
): string | Omit<Refusal, "path"> {
  const file = ts.createSourceFile("index.ts", source, ts.ScriptTarget.Latest, true);
  const declared = findConstant(file, constant);
  const refuse = (node: ts.Node, why: string) => {
    const instead = value === undefined ? "remove it" : `set it to ${literal(value)}`;
    return { offset: node.getStart(), reason: `${formatPath(path)} ${why}: ${instead}` };
  };
  if (declared?.initializer === undefined)
    return refuse(file, `is not in a constant named ${constant}`);
  const found = find(file, unwrap(declared.initializer), path);
  if (found.kind === "refused") return refuse(found.node, found.why);
  if (found.kind === "missing") return value === undefined ? source : insert(source, found, value);
  if (!isLiteral(found.node)) return refuse(found.node, "is computed");
  if (value !== undefined)
    return splice(source, found.node.getStart(), found.node.getEnd(), literal(value));
  if (found.property === undefined) return refuse(found.node, "is an item of a list");
  return remove(source, found.property);
}

/** Follows a path from an expression. */
function find(file: ts.SourceFile, start: ts.Expression, path: PropertyPath): Found {
  let node = start;
  let property: ts.ObjectLiteralElementLike | undefined;
  for (const [index, step] of [...path, undefined].entries()) {
    if (ts.isIdentifier(node) && node.text !== "undefined") {
      const target = findConstant(file, node.text);
      const uses = countUses(file, node.text);
      if (target?.initializer === undefined || uses > 1) {
        const shared =
          uses > 1 ? `, which is used in ${uses} places` : ", which is defined elsewhere";
        return {
          kind: "refused",
          node: target ?? node,
          why: `is the constant ${node.text}${shared}`,
        };
      }
      node = unwrap(target.initializer);
    }
    if (step === undefined) break;
    if (typeof step === "number") {
      const items = ts.isArrayLiteralExpression(node) ? [...node.elements] : [];
      const item = items[step];
      if (item === undefined || items.slice(0, step + 1).some(ts.isSpreadElement)) {
        return { kind: "refused", node, why: "is in a computed list" };
      }
      node = unwrap(item);
      property = undefined;
      continue;
    }
    if (!ts.isObjectLiteralExpression(node)) return { kind: "refused", node, why: "is computed" };
    const found = propertyOf(node, step);
    if (found.kind !== "property") {
      if (found.kind === "missing" && index < path.length - 1) {
        return { kind: "refused", node, why: `has no ${step}` };
      }
      return found.kind === "missing" ? { kind: "missing", object: node, key: step } : found;
    }
    node = found.value;
    property = found.property;
  }
  return { kind: "node", node, ...(property && { property }) };
}

type FoundProperty =
  | {
      readonly kind: "property";
      readonly property: ts.ObjectLiteralElementLike;
      readonly value: ts.Expression;
    }
  | { readonly kind: "missing" }
  | { readonly kind: "refused"; readonly node: ts.Node; readonly why: string };

function propertyOf(object: ts.ObjectLiteralExpression, key: string): FoundProperty {
  const properties = [...object.properties];
  const index = properties.findIndex(({ name }) => name !== undefined && nameText(name) === key);
  const spread = properties.slice(index + 1).find(ts.isSpreadAssignment);
  // a later spread may set it, too
  if (spread !== undefined)
    return { kind: "refused", node: spread, why: "may be set by this spread" };
  const property = properties[index];
  if (property === undefined) return { kind: "missing" };
  if (ts.isPropertyAssignment(property))
    return { kind: "property", property, value: unwrap(property.initializer) };
  if (ts.isShorthandPropertyAssignment(property))
    return { kind: "property", property, value: property.name };
  return { kind: "refused", node: property, why: "is computed" };
}

function nameText(name: ts.PropertyName): string | undefined {
  return ts.isComputedPropertyName(name) ? undefined : name.text;
}

function unwrap(node: ts.Expression): ts.Expression {
  const isWrapped =
    ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node);
  return isWrapped ? unwrap(node.expression) : node;
}

/** Whether an expression contains no names, so that replacing it loses no intent of the author. */
function isLiteral(node: ts.Expression): boolean {
  const inner = unwrap(node);
  if (ts.isObjectLiteralExpression(inner)) {
    return inner.properties.every(
      (each) => ts.isPropertyAssignment(each) && isLiteral(each.initializer),
    );
  }
  if (ts.isArrayLiteralExpression(inner)) return inner.elements.every(isLiteral);
  if (ts.isPrefixUnaryExpression(inner)) return isLiteral(inner.operand);
  return (
    ts.isLiteralExpression(inner) ||
    [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(
      inner.kind,
    ) ||
    (ts.isIdentifier(inner) && inner.text === "undefined")
  );
}

function findConstant(file: ts.SourceFile, name: string): ts.VariableDeclaration | undefined {
  return file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .find((each) => ts.isIdentifier(each.name) && each.name.text === name);
}

/** How often a constant is used, not counting its declaration. */
function countUses(file: ts.SourceFile, name: string): number {
  let uses = 0;
  const visit = (node: ts.Node): void => {
    const { parent } = node;
    const isName =
      ts.isIdentifier(node) &&
      node.text === name &&
      !(ts.isVariableDeclaration(parent) && parent.name === node) &&
      !(ts.isPropertyAssignment(parent) && parent.name === node) &&
      !(ts.isPropertyAccessExpression(parent) && parent.name === node);
    if (isName) uses++;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return uses;
}

function insert(
  source: string,
  { object, key }: Found & { kind: "missing" },
  value: unknown,
): string {
  const entry = `${propertyName(key)}: ${literal(value)}`;
  const last = object.properties.at(-1);
  if (last === undefined)
    return splice(source, object.getStart() + 1, object.getEnd() - 1, ` ${entry} `);
  return splice(source, last.getEnd(), last.getEnd(), `, ${entry}`);
}

function remove(source: string, property: ts.ObjectLiteralElementLike): string {
  const comma = /^\s*,/.exec(source.slice(property.getEnd()))?.[0] ?? "";
  return splice(source, property.getFullStart(), property.getEnd() + comma.length, "");
}

function splice(source: string, start: number, end: number, text: string): string {
  return source.slice(0, start) + text + source.slice(end);
}
