/** A planned change that the server has accepted in this preview. */
export interface PlannedChange<Send> {
  /** The repos that exist after it, as `project/name`. */
  readonly makes: readonly string[];
  /** The repos that it reads, as `project/name`. */
  readonly reads: readonly string[];
  readonly send: Send;
}

/**
 * The changes that must be validated together with a new one, in the order in which they were
 * planned: those that it depends on, those of the same object, and those that depend on it, each
 * with their own dependencies.
 */
export function relatedChanges<Send>(
  planned: readonly PlannedChange<Send>[],
  change: Omit<PlannedChange<Send>, "send">,
): PlannedChange<Send>[] {
  const affected = new Set(change.makes);
  // later changes may read what was planned earlier
  for (const { makes, reads } of planned) {
    if (reads.some((repo) => affected.has(repo))) addAll(affected, makes);
  }
  const wanted = new Set([...change.reads, ...affected]);
  const found: PlannedChange<Send>[] = [];
  for (const one of [...planned].reverse()) {
    if (!one.makes.some((repo) => wanted.has(repo))) continue;
    addAll(wanted, one.reads);
    found.unshift(one);
  }
  return found;
}

/**
 * The cost of validating changes at the end of a transaction: for each request, the server replays
 * those before it.
 */
export function replayCost(held: number, added: number): number {
  return added * held + (added * (added + 1)) / 2;
}

function addAll(set: Set<string>, more: readonly string[]): void {
  for (const one of more) set.add(one);
}
