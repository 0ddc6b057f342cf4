import type { Drift } from "../comment/details";
import { changedResources } from "../preview/changed-resources";
import { errorsOf } from "../preview/preview-json";
import { runPreview } from "../preview/run-preview";

/** What differs between a stack's state and the systems; whatever fails, the reason is returned. */
export async function findDrift(stack: string): Promise<Drift> {
  try {
    const { preview, failed } = await runPreview(stack, { refresh: true });
    if (!failed) return changedResources(preview);
    return { unknown: errorsOf(preview)[0] ?? "the comparison fails" };
  } catch (error) {
    return { unknown: (error as Error).message };
  }
}
