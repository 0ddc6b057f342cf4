import { flag } from "../../../kit/arguments";
import type { ValueMap } from "../../../kit/values";
import { keptRepoRefusal } from "../../change-costs/refusals";
import type { ObjectRef } from "../api/api";
import { changedPipelineCost, deletedData } from "./changed-pipeline-cost";
import { asNotes, type CostContext, canonical, Refused, readersOf, warn } from "./context";
import { downstreamLine, verdictLine } from "./cost-lines";
import { FailedLookups } from "./failed-lookups";
import { isFound } from "./lookup-limits";

/** A pipeline that another one replaces. */
export interface ReplacedPipeline {
  readonly ref: ObjectRef;
  readonly keepRepo: boolean;
  readonly force: boolean;
}

/** A pipeline to create, possibly as a replacement. */
export interface PipelineCreation {
  readonly urn: string;
  /** Undefined if the name is not known yet. */
  readonly ref: ObjectRef | undefined;
  readonly inputs: ValueMap;
  /** The pipeline that it replaces. */
  readonly replaced?: ReplacedPipeline;
  /** Whether the server has validated it. */
  readonly isValidated: boolean;
  readonly preview: boolean;
}

/** @throws OverBudget if a limit is exceeded */
export async function createCosts(context: CostContext, creation: PipelineCreation): Promise<void> {
  const { urn, ref, inputs, replaced, preview } = creation;
  if (replaced !== undefined) return await replaceCosts(context, creation, replaced);
  if (ref === undefined) return;
  await refuseKeptRepo(context, creation);
  const failed = new FailedLookups(ref);
  const spec = canonical(inputs.spec ?? null, ref);
  const change = { ref, urn, category: "create", fields: [], spec, sameInput: false } as const;
  const stopped = flag(inputs.stopped);
  const { cost } = await changedPipelineCost(
    { ...change, live: undefined, stopped },
    context,
    failed,
  );
  // the engine shows that a pipeline is new, so a line without datums adds nothing
  const isPlain = !((cost.datums?.processed ?? 0) > 0);
  const lines = isPlain ? [] : [verdictLine(cost)];
  await context.notes.report(urn, { lines, notes: asNotes([cost]), failed });
  if (preview) await warn(context, urn, inputs, { spec });
}

async function replaceCosts(
  context: CostContext,
  { urn, ref, inputs, preview, ...creation }: PipelineCreation,
  { ref: old, keepRepo, force }: ReplacedPipeline,
): Promise<void> {
  const failed = new FailedLookups(old);
  const lookup = await context.lookups.pipeline(old);
  const live = failed.foundOr(lookup, "the state");
  if (isFound(lookup) && live === undefined) {
    return await createCosts(context, {
      ...creation,
      urn,
      ref,
      inputs,
      preview,
      replaced: undefined,
    });
  }
  const spec = canonical(inputs.spec ?? null, ref ?? old);
  const change = { ref: old, urn, category: "replaced", fields: [], sameInput: false } as const;
  const stopped = flag(inputs.stopped);
  const own = await changedPipelineCost({ ...change, spec, live, stopped }, context, failed);
  const cost = { ...own.cost, ...(await deletedData(old, keepRepo, context, failed)) };
  const below = await readersOf(context, old, live, failed);
  await context.notes.report(urn, {
    lines: [verdictLine(cost), downstreamLine(below)],
    notes: asNotes([cost, ...below]),
    failed,
  });
  if (!preview) return;
  // readers in the stack may change with it
  const readers = below.filter(({ member }) => member !== true).length;
  await warn(context, urn, inputs, { spec, deletion: { force, keepRepo, readers } });
}

/** Refuses what Pachyderm would refuse, if it has not validated the pipeline. */
async function refuseKeptRepo(
  context: CostContext,
  { ref, isValidated }: PipelineCreation,
): Promise<void> {
  if (ref === undefined || isValidated) return;
  const repo = await context.lookups.repo(ref);
  if (!isFound(repo) || repo.found === undefined) return;
  const pipeline = await context.lookups.pipeline(ref);
  if (!isFound(pipeline)) return;
  const live = { pipeline: pipeline.found !== undefined, repo: true };
  const refusal = keptRepoRefusal(ref, live);
  if (refusal !== undefined) throw new Refused(refusal);
}
