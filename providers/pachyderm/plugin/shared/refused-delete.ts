/** Why Pachyderm refuses to delete something, and what to do. */
import type { ObjectRef } from "../api/api";
import { type BranchRef, formatBranch } from "../api/branch-api";
import { formatId } from "../api/object-ref";

/**
 * A repo or pipeline that other pipelines read. The provider cannot know who owns those pipelines.
 *
 * @param readers their ids
 */
export function stillRead(
  kind: "pipeline" | "repo",
  ref: ObjectRef,
  readers: readonly string[],
): string {
  return describeReaders(
    `${kind} ${formatId(ref)}`,
    readers,
    `set forceDelete on the ${kind} and run \`pulumi up\``,
  );
}

/** A branch that pipelines read, which cannot be deleted by force. */
export function branchStillRead(branch: BranchRef, readers: readonly string[]): string {
  const them = readers.length === 1 ? "it" : "them";
  return describeReaders(
    `branch ${formatBranch(branch)}`,
    readers,
    `let ${them} read another branch`,
  );
}

function describeReaders(what: string, readers: readonly string[], other: string): string {
  const those = readers.length === 1 ? "that pipeline" : "those pipelines";
  return `${what} is still read by ${readers.join(", ")}: delete ${those} first, or ${other}`;
}

/**
 * How to delete branches that follow others by a trigger. The provider cannot know whether a
 * pipeline needs them.
 */
export function deleteFollowers(repo: ObjectRef, branches: readonly string[]): string {
  const commands = branches.map((name) => deleteBranchCommand({ repo, name }));
  return `If no pipeline needs them, run: ${commands.join("; ")}`;
}

/** The command that deletes a branch that others follow, or that follows another. */
export function deleteBranchCommand({ repo, name }: BranchRef): string {
  return `pachctl delete branch ${repo.name}@${name} --force --project ${repo.project}`;
}
