import { formatId } from "../api/object-ref";
import { changedPipelineCost, deletedData } from "./changed-pipeline-cost";
import { asNotes, type CostContext, readersOf, warn } from "./context";
import { downstreamLine, repoLine, verdictLine } from "./cost-lines";
import { graphOf } from "./downstream-costs";
import { FailedLookups } from "./failed-lookups";
import { isFound } from "./lookup-limits";
import type { Deletion } from "./stack";

/** @throws OverBudget if a limit is exceeded */
export async function deletePipelineCosts(
  context: CostContext,
  { project, name, urn, keepRepo }: Deletion,
): Promise<void> {
  const ref = { project, name };
  const failed = new FailedLookups(ref);
  const lookup = await context.lookups.pipeline(ref);
  const live = failed.foundOr(lookup, "the state");
  if (isFound(lookup) && live === undefined) return; // already deleted
  const change = { ref, urn, category: "delete", fields: [], spec: {}, sameInput: true } as const;
  const own = await changedPipelineCost({ ...change, live, stopped: true }, context, failed);
  const cost = { ...own.cost, ...(await deletedData(ref, keepRepo, context, failed)) };
  const below = await readersOf(context, ref, live, failed);
  const staying = below.filter((reader) => !context.accounts.isDeleted(reader));
  await context.notes.report(urn ?? "", {
    lines: [verdictLine(cost), downstreamLine(staying)],
    notes: asNotes([cost, ...staying]),
    failed,
  });
  const deletion = { force: false, keepRepo, readers: staying.length };
  await warn(context, urn ?? "", {}, { deletion });
}

/** @throws OverBudget if a limit is exceeded */
export async function deleteRepoCosts(
  context: CostContext,
  { project, name, urn }: Deletion,
): Promise<void> {
  const ref = { project, name };
  const lookup = await context.lookups.repo(ref);
  if (isFound(lookup) && lookup.found === undefined) return; // already deleted
  const size = isFound(lookup) ? lookup.found?.details?.sizeBytes : undefined;
  const graph = await graphOf(context.lookups);
  const readers = typeof graph === "string" ? [] : graph.readersOf(ref);
  const repo = {
    ...ref,
    urn,
    deletedBytes: size === undefined ? null : Number(size),
    readers: readers.filter((reader) => !context.accounts.isDeleted(reader)).map(formatId),
    unknown: isFound(lookup) ? [] : [lookup.unknown],
  };
  const failed = new FailedLookups(ref);
  await context.notes.report(urn ?? "", { lines: [repoLine(repo)], notes: [{ repo }], failed });
}
