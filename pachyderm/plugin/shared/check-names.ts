import type { CheckFailure } from "../../../provider-kit/handler";
import { reveal, type ValueMap } from "../../../provider-kit/values";
import { nameProblem } from "../../spec/check/syntax";

/** Checks arguments that are names of things on Pachyderm; what is not known yet passes. */
export function checkNames(inputs: ValueMap, properties: readonly string[]): CheckFailure[] {
  return properties.flatMap((property) => {
    const value = reveal(inputs[property] ?? null);
    const reason = typeof value === "string" ? nameProblem(value) : undefined;
    return reason === undefined ? [] : [{ reason: `${property}: ${reason}` }];
  });
}
