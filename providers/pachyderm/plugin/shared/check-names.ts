import type { CheckFailure } from "../../../kit/handler";
import { isSecret, reveal, type ValueMap } from "../../../kit/values";
import { letterProblem, nameProblem } from "../../spec/check/syntax";

/**
 * Checks arguments that are names in Pachyderm; unknown values pass. The message does not show a
 * name that is marked as a secret.
 */
export function checkNames(inputs: ValueMap, properties: readonly string[]): CheckFailure[] {
  return properties.flatMap((property) => {
    const given = inputs[property] ?? null;
    const value = reveal(given);
    const problem = isSecret(given) ? letterProblem : nameProblem;
    const reason = typeof value === "string" ? problem(value) : undefined;
    return reason === undefined ? [] : [{ reason: `${property}: ${reason}` }];
  });
}
