import { formatId } from "../api/object-ref";
import { graphOf } from "./below";
import { asNotes, type CostContext, readersOf, warn } from "./context";
import { Gaps } from "./gaps";
import { downstreamLine, repoLine, verdictLine } from "./lines";
import { isFound } from "./lookup-limits";
import { deletedData, ownCost } from "./own";
import type { Deletion } from "./stack";

/** @throws OverBudget if a limit is exceeded */
export async function deletePipelineCosts(
  context: CostContext,
  { project, name, urn, keepRepo }: Deletion,
): Promise<void> {
  const ref = { project, name };
  const gaps = new Gaps(ref);
  const lookup = await context.lookups.pipeline(ref);
  const live = gaps.foundOr(lookup, "the state");
  if (isFound(lookup) && live === undefined) return; // already deleted
  const change = { ref, urn, category: "delete", fields: [], spec: {}, sameInput: true } as const;
  const own = await ownCost({ ...change, live, stopped: true }, context, gaps);
  const cost = { ...own.cost, ...(await deletedData(ref, keepRepo, context, gaps)) };
  const below = await readersOf(context, ref, live, gaps);
  const staying = below.filter((reader) => !context.accounts.isDeleted(reader));
  await context.notes.report(urn ?? "", {
    lines: [verdictLine(cost), downstreamLine(staying)],
    notes: asNotes([cost, ...staying]),
    gaps,
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
  const gaps = new Gaps(ref);
  await context.notes.report(urn ?? "", { lines: [repoLine(repo)], notes: [{ repo }], gaps });
}
