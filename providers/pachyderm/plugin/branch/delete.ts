import type { Api } from "../api/api";
import { type BranchRef, formatBranch } from "../api/branch-api";
import type { Deadline } from "../api/deadline";
import { blockedBy, isNotFound, triggeredBranches } from "../api/errors";
import { branchReaders } from "../shared/input-branches";
import { branchStillRead, deleteFollowers } from "../shared/refused-delete";

/**
 * Deletes a branch, and succeeds if it does not exist. Pachyderm refuses the delete while a pipeline
 * reads the branch, except for a stopped pipeline, which would find an empty branch when it starts.
 */
export async function deleteBranch(api: Api, branch: BranchRef, deadline: Deadline): Promise<void> {
  if ((await api.branches.inspect(branch)) === undefined) return;
  const readers = (await branchReaders(api)).get(formatBranch(branch)) ?? [];
  if (readers.length > 0) throw new Error(branchStillRead(branch, readers));
  try {
    await api.branches.delete(branch, { force: false, deadline });
  } catch (error) {
    if (isNotFound(error)) return;
    // readers whose specs the token cannot read
    const others = blockedBy(error);
    if (others !== undefined) throw new Error(branchStillRead(branch, others));
    const followers = triggeredBranches(error);
    if (followers !== undefined) throw new Error(followed(branch, followers));
    throw error;
  }
}

function followed(branch: BranchRef, followers: readonly string[]): string {
  return (
    `branch ${formatBranch(branch)} is followed by branches with a trigger: ` +
    `${followers.join(", ")}. ${deleteFollowers(branch.repo, followers)}`
  );
}
