import type { LeftBehind } from "./decide";
import { deletionOrder, reasonToWait } from "./order";
import { type Removal, type Removed, removeEach } from "./removal";
import { keyOf, type Thing } from "./things";

/** Deletes an object; succeeds if it does not exist. */
export type Delete = (thing: Thing) => Promise<void>;

/**
 * Deletes objects that stacks left behind one by one, and reports each. After a failure, it
 * continues with objects that do not depend on the failed one.
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
