import { text } from "../../../kit/arguments";
import type { PropertyChange } from "../../../kit/handler";
import { parsePath } from "../../../kit/property-path";
import { containsUnknown, type ValueMap } from "../../../kit/values";
import { type CategorizedChange, categorizeChange } from "../../change-costs/categorize";
import { causesNoJob } from "../../change-costs/category";
import type { PipelineCost } from "../../change-costs/report";
import { valueAt } from "../../change-costs/value-at";
import { equalValues } from "../../spec/canonical";
import { DEFAULT_BRANCH } from "../../spec/defaults";
import type { ListedPipeline, ObjectRef } from "../api/api";
import { formatId } from "../api/object-ref";
import { type ChangedPipelineCost, changedPipelineCost } from "./changed-pipeline-cost";
import { asNotes, type CostContext, canonical, warn } from "./context";
import { downstreamLine, verdictLine } from "./cost-lines";
import { createCosts } from "./creation";
import { downstreamCosts } from "./downstream-costs";
import { FailedLookups } from "./failed-lookups";
import { isFound } from "./lookup-limits";

/** An update of a pipeline, which may no longer exist. */
export interface PipelineUpdate {
  readonly urn: string;
  readonly ref: ObjectRef;
  readonly inputs: ValueMap;
  /** The changes from the pipeline on the server, or from the state if that is unknown. */
  changeFrom(live: ListedPipeline | undefined): {
    readonly oldInputs: ValueMap;
    readonly changes: readonly PropertyChange[];
  };
  /** Whether it is a preview: an update does not repeat the warnings. */
  readonly preview: boolean;
}

/** @throws OverBudget if a limit is exceeded */
export async function updateCosts(
  context: CostContext,
  { urn, ref, inputs, changeFrom, preview }: PipelineUpdate,
): Promise<void> {
  const failed = new FailedLookups(ref);
  const lookup = await context.lookups.pipeline(ref);
  const live = failed.foundOr(lookup, "the state");
  if (isFound(lookup) && live === undefined) {
    await context.notes.say(
      urn,
      `pipeline ${formatId(ref)} no longer exists and will be created again`,
    );
    return await createCosts(context, { urn, ref, inputs, isValidated: true, preview });
  }
  if (live !== undefined && preview) await showTrouble(context, urn, ref, live);
  const { oldInputs, changes } = changeFrom(live);
  if (changes.length === 0) return;
  const change = categorizeChange(changes, oldInputs, inputs, { project: ref.project });
  const oldSpec = canonical(oldInputs.spec ?? null, ref);
  const spec = canonical(inputs.spec ?? null, ref);
  const sameInput = equalValues(oldSpec.input ?? null, spec.input ?? null);
  const stopped = stoppedAfter(change, live);
  const own = await changedPipelineCost(
    { ref, urn, ...change, spec, sameInput, live, stopped },
    context,
    failed,
  );
  const below = await downstreamOf(context, own, spec, failed);
  await context.notes.report(urn, {
    lines: [verdictLine(own.cost), downstreamLine(below)],
    notes: asNotes([own.cost, ...below]),
    failed,
  });
  if (!preview) return;
  await warn(context, urn, inputs, {
    change: knownOf(change, inputs),
    oldSpec,
    spec,
    stopped: live?.stopped ?? false,
    jobs: own.jobs ?? [],
  });
}

/** What the update costs for the pipelines that read its output. */
async function downstreamOf(
  context: CostContext,
  { cost, grows }: ChangedPipelineCost,
  spec: ValueMap,
  failed: FailedLookups,
): Promise<PipelineCost[]> {
  const { project, name, category, datums } = cost;
  if (causesNoJob(category) || category === "create") return [];
  const work =
    datums === null
      ? { grows }
      : { processed: datums.processed, vanishing: datums.vanishing, grows };
  const outputBranch = text(spec.outputBranch) || DEFAULT_BRANCH;
  const origin = { ref: { project, name }, outputBranch, ...work };
  return await downstreamCosts(origin, context, failed);
}

/** Shows a pipeline's current failure with Pachyderm's reason. */
async function showTrouble(
  context: CostContext,
  urn: string,
  ref: ObjectRef,
  { state, reason }: ListedPipeline,
): Promise<void> {
  if (state !== "PIPELINE_FAILURE" && state !== "PIPELINE_CRASHING") return;
  const why = reason || "Pachyderm does not report a reason";
  await context.notes.say(urn, `pipeline ${formatId(ref)} is now ${state}: ${why}`);
}

/** Whether a pipeline is stopped after a change. */
function stoppedAfter({ fields }: CategorizedChange, live: ListedPipeline | undefined): boolean {
  const change = fields.find(({ path }) => path === "stopped");
  return change === undefined ? (live?.stopped ?? false) : change.category === "stop";
}

/** The change without fields whose value is not known yet and may turn out to be unchanged. */
function knownOf(change: CategorizedChange, inputs: ValueMap): CategorizedChange {
  const fields = change.fields.filter(
    ({ path }) => !containsUnknown(valueAt(inputs, parsePath(path))),
  );
  return { ...change, fields };
}
