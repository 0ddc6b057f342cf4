import type { Value } from "../../../kit/values";
import type { ServerVersion, SpecOptions } from "../canonical";
import { DEEPEST, isTooDeep } from "../depth";
import { ROOT } from "../fields";
import { checkExecution } from "./execution";
import { checkInputs } from "./inputs";
import { checkKubernetes } from "./kubernetes";
import { checkNames } from "./names";
import { SpecNode } from "./node";
import { checkPod } from "./pod";
import { type Problem, Problems } from "./problem";
import { checkResources } from "./resources";
import { checkShape } from "./shape";
import { checkTransform } from "./transform";
import { checkVersion } from "./version";

export { formatProblem, type Problem } from "./problem";

const RULES = [
  checkVersion,
  checkNames,
  checkTransform,
  checkInputs,
  checkExecution,
  checkResources,
  checkPod,
  checkKubernetes,
];

export interface CheckOptions extends SpecOptions {
  /** The server's version, if it is known. */
  readonly server?: ServerVersion | undefined;
}

/**
 * The problems in a spec that can be found without the server. Failures: Pachyderm would refuse it.
 * Warnings: Pachyderm would accept it, but it then fails, or has a different effect than it seems
 * to have. Values that are not known yet pass; everything around them is checked.
 */
export function checkSpec(
  spec: Value,
  options: CheckOptions,
): { failures: Problem[]; warnings: Problem[] } {
  const problems = new Problems();
  const root = new SpecNode(spec, { kind: "message", message: ROOT }, []);
  if (!root.isSet) problems.fail(root, "is required");
  const { failures, warnings } = problems;
  if (isTooDeep(spec)) {
    problems.fail(root, `is nested deeper than ${DEEPEST} objects and lists`);
    return { failures, warnings };
  }
  checkShape(root, problems);
  if (root.isKnown && root.isSet) for (const rule of RULES) rule(root, problems, options);
  return { failures, warnings };
}

/** Which fields of a spec do not exist, are missing, or have a value of another type. */
export function specShapeProblems(spec: Value): Problem[] {
  if (isTooDeep(spec))
    return [{ path: [], reason: `is nested deeper than ${DEEPEST} objects and lists` }];
  const problems = new Problems();
  checkShape(new SpecNode(spec, { kind: "message", message: ROOT }, []), problems);
  return problems.failures;
}
