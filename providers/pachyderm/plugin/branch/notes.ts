import type { Api } from "../api/api";
import { type BranchHead, type BranchRef, formatBranch } from "../api/branch-api";
import { formatId } from "../api/object-ref";
import { branchReaders } from "../shared/input-branches";
import { resolveHead } from "./head";

/** The notes of a preview about what moving a branch causes. */
export async function moveNotes(api: Api, branch: BranchRef, head: BranchHead): Promise<string[]> {
  const live = await api.branches.inspect(branch);
  const what = `branch ${formatBranch(branch)}`;
  if (live === undefined) return [`${what} no longer exists and will be created again`];
  const target = await resolveHead(api, branch, head);
  if (target === live.head.id) return [`${what} is already at commit ${target}: no job starts`];
  const direct = (await branchReaders(api)).get(formatBranch(branch)) ?? [];
  const downstream = (live.subvenance ?? [])
    .filter(({ repo }) => repo.type === "user")
    .map(({ repo }) => formatId({ project: repo.project.name, name: repo.name }));
  const readers = [...new Set([...direct, ...downstream])];
  if (readers.length === 0) return [`no pipeline reads ${what}, so no job starts`];
  const jobs = readers.length === 1 ? "gets one job" : "get one job each";
  return [`${readers.join(", ")} ${jobs}, because ${what} moves to commit ${target}`];
}
