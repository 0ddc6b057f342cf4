import * as ts from "typescript";
import type { PropertyType } from "../../../provider-kit/package-schema";
import { SPEC_TYPE } from "./spec-types";

/** The schema's type for a property of a resource class or of its arguments. */
export function readPropertyType(node: ts.TypeNode): PropertyType {
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
  if (ts.isParenthesizedTypeNode(node)) return readPropertyType(node.type);
  if (ts.isTypeOperatorNode(node)) return readPropertyType(node.type); // readonly T[]
  if (ts.isArrayTypeNode(node)) {
    return { type: "array", items: readPropertyType(node.elementType) };
  }
  if (ts.isUnionTypeNode(node)) return readUnion(node);
  if (ts.isTypeReferenceNode(node)) return readReference(node);
  throw new Error(`there is no schema type for ${node.getText()}`);
}

/** Texts of which the comment tells the meaning, or a type that may be missing. */
function readUnion(node: ts.UnionTypeNode): PropertyType {
  const types = node.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);
  if (types.every((type) => ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal))) {
    return { type: "string" };
  }
  const [only] = types;
  if (only !== undefined && types.length === 1) return readPropertyType(only);
  throw new Error(`there is no schema type for ${node.getText()}`);
}

function readReference(node: ts.TypeReferenceNode): PropertyType {
  const [first, second] = node.typeArguments ?? [];
  switch (node.typeName.getText()) {
    case "pulumi.Input":
    case "pulumi.Output":
      if (first !== undefined) return readPropertyType(first);
      break;
    case "Record":
      if (second !== undefined) {
        return { type: "object", additionalProperties: readPropertyType(second) };
      }
      break;
    case "PipelineSpec":
      return SPEC_TYPE;
  }
  throw new Error(`there is no schema type for ${node.getText()}`);
}
