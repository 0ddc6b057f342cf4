import { isMap, isUnknown, type Value } from "../../../provider-kit/values";
import { parseJson } from "../canonical";
import type { SpecNode } from "./node";
import type { Problems } from "./problem";

const OPERATIONS = ["add", "remove", "replace", "move", "copy", "test"];

/** The changes to the workers' pods. Pachyderm reads them only when it makes the pods. */
export function checkPod(spec: SpecNode, problems: Problems): void {
  const patch = spec.field("podPatch");
  const operations = content(patch);
  if (operations !== undefined && !Array.isArray(operations)) {
    problems.warn(patch, "is no JSON patch, a list of operations, so the pipeline will fail");
  } else if (operations !== undefined) {
    for (const [index, operation] of operations.entries()) {
      if (isOperation(operation)) continue;
      problems.warn(
        patch,
        `has an operation (number ${index + 1}) without "op" (${OPERATIONS.join(", ")}) or "path", ` +
          "so the pipeline will fail",
      );
    }
  }
  const podSpec = content(spec.field("podSpec"));
  if (Array.isArray(podSpec)) {
    problems.warn(spec.field("podSpec"), "is no object, so the pipeline will fail");
  }
}

function content(node: SpecNode): Value[] | Value | undefined {
  if (!node.isSet || !node.isKnown) return undefined;
  return node.text === undefined ? node.value : parseJson(node.text);
}

function isOperation(value: Value): boolean {
  if (isUnknown(value)) return true;
  if (!isMap(value)) return false;
  const { op, path } = value;
  const isKnownOp = isUnknown(op) || (typeof op === "string" && OPERATIONS.includes(op));
  return isKnownOp && (isUnknown(path) || typeof path === "string");
}
