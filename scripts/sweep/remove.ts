import type { LeftBehind } from "./decide";
import { deletionOrder, reasonToWait } from "./order";
import { type Removal, type Removed, removeEach } from "./removal";
import { keyOf, type Thing } from "./things";

/** Deletes a thing; succeeds if it does not exist. */
export type Delete = (thing: Thing) => Promise<void>;

/**
 * Deletes what stacks left behind, one thing after another, and reports each. After a failure it goes on
 * with what does not depend on it.
 */
export async function removeLeftBehind(
  leftBehind: readonly LeftBehind[],
  remove: Delete,
  removal: Removal<LeftBehind>,
): Promise<Removed> {
  const failed: LeftBehind[] = [];
  return await removeEach(deletionOrder(leftBehind), {
    ...removal,
    name: keyOf,
    remove: async (thing) => {
      const waits = reasonToWait(thing, failed);
      if (waits !== undefined) throw new Error(`not attempted: ${waits}`);
      await remove(thing);
      removal.report(`deleted ${keyOf(thing)}`);
    },
    onFailure: (thing) => failed.push(thing),
  });
}
