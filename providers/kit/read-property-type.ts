import * as ts from "typescript";
import type { PropertyType } from "./package-schema";

/** The package's own types by their names in TypeScript. */
export type OwnTypes = Readonly<Record<string, PropertyType>>;

/** The schema's type for a property of a resource class or of its arguments. */
export function readPropertyType(node: ts.TypeNode, own: OwnTypes = {}): PropertyType {
  switch (node.kind) {
    case ts.SyntaxKind.StringKeyword:
      return { type: "string" };
    case ts.SyntaxKind.BooleanKeyword:
      return { type: "boolean" };
    case ts.SyntaxKind.NumberKeyword:
      return { type: "number" };
    case ts.SyntaxKind.UnknownKeyword:
      return { $ref: "pulumi.json#/Any" };
  }
  if (ts.isParenthesizedTypeNode(node)) return readPropertyType(node.type, own);
  if (ts.isTypeOperatorNode(node)) return readPropertyType(node.type, own); // readonly T[]
  if (ts.isArrayTypeNode(node)) {
    return { type: "array", items: readPropertyType(node.elementType, own) };
  }
  if (ts.isUnionTypeNode(node)) return readUnion(node, own);
  if (ts.isTypeReferenceNode(node)) return readReference(node, own);
  throw new Error(`no schema type for ${node.getText()}`);
}

/** String literals, whose meaning the comment explains, or an optional type. */
function readUnion(node: ts.UnionTypeNode, own: OwnTypes): PropertyType {
  const types = node.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);
  if (types.every((type) => ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal))) {
    return { type: "string" };
  }
  const [only] = types;
  if (only !== undefined && types.length === 1) return readPropertyType(only, own);
  throw new Error(`no schema type for ${node.getText()}`);
}

function readReference(node: ts.TypeReferenceNode, own: OwnTypes): PropertyType {
  const [first, second] = node.typeArguments ?? [];
  const name = node.typeName.getText();
  switch (name) {
    case "pulumi.Input":
    case "pulumi.Output":
      if (first !== undefined) return readPropertyType(first, own);
      break;
    case "Record":
      if (second !== undefined) {
        return { type: "object", additionalProperties: readPropertyType(second, own) };
      }
      break;
  }
  const found = own[name];
  if (found !== undefined) return found;
  throw new Error(`no schema type for ${node.getText()}`);
}
