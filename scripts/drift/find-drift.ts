import type { Drift } from "../comment/details";
import { changedResources } from "../preview/changed-resources";
import { errorsOf } from "../preview/preview-json";
import { runPreview } from "../preview/run-preview";

/**
 * The differences between a stack's state and the systems; if they cannot be determined, the
 * reason.
 */
export async function findDrift(stack: string): Promise<Drift> {
  try {
    const { preview, failed } = await runPreview(stack, { refresh: true });
    if (!failed) return changedResources(preview);
    return { unknown: errorsOf(preview)[0] ?? "the comparison failed" };
  } catch (error) {
    return { unknown: (error as Error).message };
  }
}
