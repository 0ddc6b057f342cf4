import type { Orphan } from "./decide";
import { deletionOrder, reasonToWait } from "./order";
import { type Removal, type Removed, removeEach } from "./removal";
import { keyOf, type Thing } from "./things";

/** Deletes a thing; succeeds if it does not exist. */
export type Delete = (thing: Thing) => Promise<void>;

/**
 * Deletes what stacks left behind, one thing after another, and reports each. After a failure it goes on
 * with what does not depend on it.
 */
export async function removeOrphans(
  orphans: readonly Orphan[],
  remove: Delete,
  removal: Removal<Orphan>,
): Promise<Removed> {
  const failed: Orphan[] = [];
  return await removeEach(deletionOrder(orphans), {
    ...removal,
    name: keyOf,
    remove: async (orphan) => {
      const waits = reasonToWait(orphan, failed);
      if (waits !== undefined) throw new Error(`not attempted: ${waits}`);
      await remove(orphan);
      removal.report(`deleted ${keyOf(orphan)}`);
    },
    onFailure: (orphan) => failed.push(orphan),
  });
}
