/** Changes that Pachyderm refuses, with what to do instead. */
import { formatRef, type PipelineRef } from "./rows";

/**
 * Why a pipeline cannot be created if only its output repo exists, as after a delete that kept the
 * repo. Undefined if it can be created, or if the pipeline exists.
 */
export function keptRepoRefusal(
  ref: PipelineRef,
  live: { readonly pipeline: boolean; readonly repo: boolean },
): string | undefined {
  if (live.pipeline || !live.repo) return undefined;
  const id = formatRef(ref);
  return (
    `pipeline ${id} cannot be created: repo ${id} already exists, kept from a deleted pipeline or ` +
    "created by hand, and Pachyderm cannot create a pipeline on it. Give the pipeline another name, or " +
    `delete the repo and its data: pachctl delete repo ${ref.name} --project ${ref.project}`
  );
}
