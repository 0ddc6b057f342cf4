import type { Value } from "../../kit/values";
import type { SpecOptions } from "../spec/canonical";
import { diffSpecs } from "../spec/compare";
import { type CategorizedChange, categorizeChange } from "./categorize";

/** What a change to a pipeline's spec causes, derived only from the two specs. */
export function compareSpecs(before: Value, after: Value, options: SpecOptions): CategorizedChange {
  const changes = diffSpecs(before, after, options).map(({ path, kind }) => ({
    path: ["spec", ...path],
    kind,
  }));
  return categorizeChange(changes, { spec: before }, { spec: after }, options);
}
