import { isMap, isUnknown, type Value } from "../../../kit/values";
import { parseJson } from "../canonical";
import type { SpecNode } from "./node";
import type { Problems } from "./problem";

/** What each operation requires besides its path. */
const OPERATIONS = new Map([
  ["add", "value"],
  ["remove", "nothing"],
  ["replace", "value"],
  ["move", "from"],
  ["copy", "from"],
  ["test", "value"],
]);

/** The changes to the workers' pods. Pachyderm reads them only when it creates the pods. */
export function checkPod(spec: SpecNode, problems: Problems): void {
  const patch = spec.field("podPatch");
  const operations = content(patch);
  if (operations !== undefined && !Array.isArray(operations)) {
    problems.warn(patch, "is not a JSON patch (a list of operations), so the pipeline will fail");
  } else if (operations !== undefined) {
    for (const [index, operation] of operations.entries()) {
      const reason = operationProblem(operation);
      if (reason === undefined) continue;
      const which = `has an operation (number ${index + 1})`;
      problems.warn(patch, `${which} ${reason}, so the pipeline will fail`);
    }
  }
  const podSpec = content(spec.field("podSpec"));
  if (Array.isArray(podSpec)) {
    problems.warn(spec.field("podSpec"), "is not an object, so the pipeline will fail");
  }
}

function content(node: SpecNode): Value[] | Value | undefined {
  if (!node.isSet || !node.isKnown) return undefined;
  return node.text === undefined ? node.value : parseJson(node.text);
}

/**
 * What is wrong with an operation, as a phrase that follows it:
 * https://www.rfc-editor.org/rfc/rfc6902
 */
function operationProblem(operation: Value): string | undefined {
  if (isUnknown(operation)) return undefined;
  if (!isMap(operation)) return "that is not an object";
  const { op = null, path = null, from = null } = operation;
  if (isUnknown(op)) return undefined;
  const needs = typeof op === "string" ? OPERATIONS.get(op) : undefined;
  if (needs === undefined) return `without "op" (${[...OPERATIONS.keys()].join(", ")})`;
  if (!isPointer(path)) return 'without "path", such as "/containers/0/env"';
  if (needs === "value" && !Object.hasOwn(operation, "value")) return 'without "value"';
  if (needs === "from" && !isPointer(from)) return 'without "from", which is also a path';
  return undefined;
}

function isPointer(value: Value): boolean {
  return isUnknown(value) || (typeof value === "string" && /^(\/|$)/.test(value));
}
