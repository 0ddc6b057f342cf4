/** Edits that make a further pipeline's definition match the running pipeline. */
import { isMap, type Value, type ValueMap } from "../../../providers/kit/values";
import { mergeDrift } from "../../../providers/pachyderm/client";
import type { PipelineDefinition } from "../../../use-cases/definition";
import { furtherPipeline } from "../definition/build-definition";
import type { StackAdditions } from "../definition/take-apart";
import { type Edit, editsBetween } from "./edits";

export interface FurtherOptions {
  readonly additions: StackAdditions;
  /** The repos that the stack's use cases create, with the stack's prefix. */
  readonly made: ReadonlySet<string>;
}

/**
 * The edits of `pipelines.KEY` that make the program render the live spec, in the definition's
 * spelling.
 */
export function furtherEdits(
  key: string,
  definition: PipelineDefinition,
  live: ValueMap,
  { additions, made }: FurtherOptions,
): Edit[] {
  const { spec, secretKeys = [] } = definition;
  const keys = ownKeys(live, secretKeys, additions);
  const target = furtherPipeline(live, made, additions, keys);
  const path = ["pipelines", key];
  // definitions hold plain values, which their check ensures
  const before = spec as unknown as Value;
  const merged = mergeDrift(before, target.spec as unknown as Value, {
    project: additions.project,
  });
  return [
    ...editsBetween(before, merged, [...path, "spec"]),
    ...editsBetween(definition.secretKeys, target.secretKeys, [...path, "secretKeys"]),
  ];
}

/**
 * How many of the last Secrets are `secretKeys`: the number in the definition if those Secrets are
 * unchanged.
 */
function ownKeys(
  { transform }: ValueMap,
  keys: readonly string[],
  { secret }: StackAdditions,
): number | undefined {
  if (keys.length === 0) return 0;
  const secrets = isMap(transform) && Array.isArray(transform.secrets) ? transform.secrets : [];
  const last = secrets.slice(-keys.length);
  const isSame = last.every((each, index) => {
    return isMap(each) && each.name === secret && each.key === keys[index];
  });
  return isSame && last.length === keys.length ? keys.length : undefined;
}
