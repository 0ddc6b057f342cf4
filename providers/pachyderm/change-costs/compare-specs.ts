import type { Value } from "../../kit/values";
import type { SpecOptions } from "../spec/canonical";
import { diffSpecs } from "../spec/compare";
import { type CategorizedChange, categorizeChange } from "./categorize";

/** What a change of a pipeline's spec causes, derived from the two specs alone. */
export function compareSpecs(before: Value, after: Value, options: SpecOptions): CategorizedChange {
  const changes = diffSpecs(before, after, options).map(({ path, kind }) => ({
    path: ["spec", ...path],
    kind,
  }));
  return categorizeChange(changes, { spec: before }, { spec: after }, options);
}
