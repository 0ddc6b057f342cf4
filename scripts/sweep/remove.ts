import type { Orphan } from "./decide";
import { deletionOrder, reasonToWait } from "./order";
import { keyOf, type Thing } from "./things";

/** Deletes a thing; succeeds if it does not exist. */
export type Delete = (thing: Thing) => Promise<void>;

export interface Failure {
  /** What could not be deleted. */
  readonly what: string;
  readonly problem: string;
}

/**
 * Deletes what stacks left behind, one thing after another, and reports each. After a failure it goes on
 * with what does not depend on it.
 */
export async function removeOrphans(
  orphans: readonly Orphan[],
  remove: Delete,
  report: (line: string) => void,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  const failed: Orphan[] = [];
  for (const orphan of deletionOrder(orphans)) {
    const what = keyOf(orphan);
    try {
      const waits = reasonToWait(orphan, failed);
      if (waits !== undefined) throw new Error(`not attempted: ${waits}`);
      await remove(orphan);
      report(`deleted ${what}`);
    } catch (error) {
      const problem = (error as Error).message.trim().replace(/\s*\n\s*/g, "; ");
      report(`could not delete ${what}: ${problem}`);
      failed.push(orphan);
      failures.push({ what, problem });
    }
  }
  return failures;
}
