import type { Value } from "../../../provider-kit/values";
import type { SpecOptions } from "../canonical";
import { ROOT } from "../fields";
import { checkExecution } from "./execution";
import { checkInputs } from "./inputs";
import { checkKubernetes } from "./kubernetes";
import { checkNames } from "./names";
import { SpecNode } from "./node";
import { checkPod } from "./pod";
import { type Problem, Problems } from "./problem";
import { checkShape } from "./shape";
import { checkTransform } from "./transform";

export { formatProblem, type Problem } from "./problem";

const RULES = [checkNames, checkTransform, checkInputs, checkExecution, checkPod, checkKubernetes];

/**
 * What is wrong with a spec, as far as the spec alone tells. Failures: Pachyderm would refuse it.
 * Warnings: it would accept it, but something then fails or does not do what it seems to.
 * Values that are not known yet pass; what is around them is checked.
 */
export function checkSpec(
  spec: Value,
  options: SpecOptions,
): { failures: Problem[]; warnings: Problem[] } {
  const problems = new Problems();
  const root = new SpecNode(spec, { kind: "message", message: ROOT }, []);
  if (!root.isSet) problems.fail(root, "is required");
  checkShape(root, problems);
  if (root.isKnown && root.isSet) for (const rule of RULES) rule(root, problems, options);
  return { failures: problems.failures, warnings: problems.warnings };
}
