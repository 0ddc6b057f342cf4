import { isMap, type Value } from "../../../kit/values";
import { DEFAULT_BRANCH } from "../../spec/defaults";
import type { Api, ObjectRef } from "../api/api";
import { formatBranch } from "../api/branch-api";
import { formatId } from "../api/object-ref";

/** The branch that an input of a pipeline reads. */
export interface InputBranch {
  readonly repo: ObjectRef;
  /** The branch that the input names; undefined means `master`, or a trigger's own branch. */
  readonly branch: string | undefined;
  readonly hasTrigger: boolean;
}

/** The branches of all repos in a pipeline's `input`. */
export function inputBranches(input: Value, project: string): InputBranch[] {
  if (Array.isArray(input)) return input.flatMap((child) => inputBranches(child, project));
  if (!isMap(input)) return [];
  const { pfs, cross, join, group, union } = input;
  const below = [cross, join, group, union].flatMap((child) =>
    inputBranches(child ?? null, project),
  );
  if (!isMap(pfs) || typeof pfs.repo !== "string") return below;
  const of = typeof pfs.project === "string" && pfs.project !== "" ? pfs.project : project;
  const own = {
    repo: { project: of, name: pfs.repo },
    branch: typeof pfs.branch === "string" && pfs.branch !== "" ? pfs.branch : undefined,
    hasTrigger: isMap(pfs.trigger),
  };
  return [own, ...below];
}

/**
 * The ids of the pipelines that read each branch, by its formatted reference. They come from the
 * specs, because the provenance of a stopped pipeline's branches is empty.
 */
export async function branchReaders(api: Api): Promise<ReadonlyMap<string, readonly string[]>> {
  const readers = new Map<string, string[]>();
  for (const { pipeline, details } of await api.listPipelines()) {
    const project = pipeline.project.name;
    const reader = formatId({ project, name: pipeline.name });
    for (const { repo, branch = DEFAULT_BRANCH } of inputBranches(
      (details?.input ?? null) as Value,
      project,
    )) {
      const key = formatBranch({ repo, name: branch });
      const known = readers.get(key) ?? [];
      if (!known.includes(reader)) readers.set(key, [...known, reader]);
    }
  }
  return readers;
}
