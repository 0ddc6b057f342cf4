import { text } from "../../../kit/arguments";
import { isMap, type Value, type ValueMap } from "../../../kit/values";
import type { CostNote } from "../../change-costs/merge";
import type { PipelineCost } from "../../change-costs/report";
import type { TrapFacts } from "../../change-costs/traps";
import { canonicalSpec } from "../../spec/canonical";
import { DEFAULT_BRANCH } from "../../spec/defaults";
import type { ListedPipeline, ObjectRef } from "../api/api";
import type { CostSources } from "./changed-pipeline-cost";
import { downstreamOfDeleted } from "./downstream-costs";
import type { FailedLookups } from "./failed-lookups";
import type { CostNotes } from "./notes";

/** What is needed to look up, count and show the costs of one operation. */
export interface CostContext extends CostSources {
  readonly notes: CostNotes;
}

/** A change that Pachyderm would refuse. */
export class Refused extends Error {}

/** Warns about surprising effects. `inputs` are those of the pipeline. */
export async function warn(
  { notes, now }: CostContext,
  urn: string,
  inputs: ValueMap,
  facts: Omit<TrapFacts, "now">,
): Promise<void> {
  await notes.warn(urn, text(inputs.reprocessHint), { ...facts, now });
}

/** What the deletion of a pipeline costs for the pipelines that read its output. */
export async function readersOf(
  context: CostContext,
  ref: ObjectRef,
  live: ListedPipeline | undefined,
  failed: FailedLookups,
) {
  const branch = live?.details?.outputBranch;
  const outputBranch = typeof branch === "string" && branch !== "" ? branch : DEFAULT_BRANCH;
  return await downstreamOfDeleted({ ref, outputBranch }, context, failed);
}

export const asNotes = (costs: readonly PipelineCost[]): CostNote[] =>
  costs.map((pipeline) => ({ pipeline }));

/** A pipeline spec in canonical form; empty if it is not fully known. */
export function canonical(spec: Value, { project }: ObjectRef): ValueMap {
  const value = canonicalSpec(spec, { project });
  return isMap(value) ? value : {};
}
