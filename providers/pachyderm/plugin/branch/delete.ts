import type { Api } from "../api/api";
import { type BranchRef, formatBranch } from "../api/branch-api";
import type { Deadline } from "../api/deadline";
import { blockedBy, isNotFound, triggeredBranches } from "../api/errors";
import { branchReaders } from "../shared/input-branches";

/**
 * Deletes a branch, and succeeds if it does not exist. Pachyderm refuses the delete while a pipeline
 * reads the branch, except for a stopped pipeline, which would find an empty branch when it starts.
 */
export async function deleteBranch(api: Api, branch: BranchRef, deadline: Deadline): Promise<void> {
  if ((await api.branches.inspect(branch)) === undefined) return;
  const readers = (await branchReaders(api)).get(formatBranch(branch)) ?? [];
  if (readers.length > 0) throw stillRead(branch, readers);
  try {
    await api.branches.delete(branch, { force: false, deadline });
  } catch (error) {
    if (isNotFound(error)) return;
    // readers whose specs the token cannot read
    const others = blockedBy(error);
    if (others !== undefined) throw stillRead(branch, others);
    const followers = triggeredBranches(error);
    if (followers !== undefined) throw followed(branch, followers);
    throw error;
  }
}

function stillRead(branch: BranchRef, readers: readonly string[]): Error {
  const [those, read] =
    readers.length === 1 ? ["that pipeline", "let it read"] : ["those pipelines", "let them read"];
  return new Error(
    `branch ${formatBranch(branch)} is still read by ${readers.join(", ")}: delete ${those} ` +
      `first, or ${read} another branch`,
  );
}

function followed(branch: BranchRef, followers: readonly string[]): Error {
  const { repo } = branch;
  const commands = followers.map(
    (name) => `pachctl delete branch ${repo.name}@${name} --force --project ${repo.project}`,
  );
  return new Error(
    `branch ${formatBranch(branch)} is followed by branches with a trigger: ` +
      `${followers.join(", ")}. If no pipeline needs them, run: ${commands.join("; ")}`,
  );
}
