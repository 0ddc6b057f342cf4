import type { LeftBehind } from "./decide";
import { KINDS, type Kind, keyOf, repoOf } from "./things";

/** The order of deletion: pipelines before those whose output they read. */
export function deletionOrder(leftBehind: readonly LeftBehind[]): LeftBehind[] {
  return KINDS.flatMap((kind) => {
    const ofKind = leftBehind.filter((thing) => thing.kind === kind);
    ofKind.sort((a, b) => (a.id < b.id ? -1 : 1));
    return kind === "pipeline" ? leavesFirst(ofKind) : ofKind;
  });
}

function leavesFirst(pipelines: readonly LeftBehind[]): LeftBehind[] {
  const byId = new Map(pipelines.map((pipeline) => [pipeline.id, pipeline]));
  const seen = new Set<string>();
  const order: LeftBehind[] = [];
  const visit = (pipeline: LeftBehind) => {
    if (seen.has(pipeline.id)) return;
    seen.add(pipeline.id);
    for (const branch of pipeline.reads ?? []) {
      const upstream = byId.get(repoOf(branch));
      if (upstream !== undefined) visit(upstream);
    }
    order.push(pipeline);
  };
  for (const pipeline of pipelines) visit(pipeline);
  return order.reverse();
}

/**
 * The kinds of objects that identify the owner of an unmarked object, by the kind of that object.
 */
const EVIDENCE: Partial<Record<Kind, readonly Kind[]>> = {
  pipeline: ["repo", "secret"],
  branch: ["repo", "secret"],
  deployment: ["namespace"],
};

/**
 * Why an object is not deleted although it is left behind: an unmarked object of its stack could
 * not be deleted, and would not be recognized without this one.
 */
export function reasonToWait(thing: LeftBehind, failed: readonly LeftBehind[]): string | undefined {
  const still = failed.find(
    ({ kind, stack }) => stack === thing.stack && EVIDENCE[kind]?.includes(thing.kind),
  );
  return still === undefined ? undefined : `${keyOf(still)} still exists`;
}
