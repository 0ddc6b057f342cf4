/** Branches as they are stored: the repo has their names, and each has a record. */
import type { Work } from "../call";
import { branchKey } from "../names";
import type { BranchRecord } from "../store/records";

export const hasBranch = (work: Work, key: string, name: string) =>
  work.db.repos.get(key)?.branches.includes(name) ?? false;

export function getBranch(work: Work, key: string, name: string): BranchRecord {
  const record = work.db.branches.get(branchKey(key, name));
  if (record !== undefined) return record;
  // its repo was created by an older stand-in, which stored only the name
  const at = work.db.repos.get(key)?.createdAt ?? work.now;
  return { head: "0".repeat(32), trigger: null, createdAt: at, updatedAt: at, createdBy: "" };
}

export function putBranch(work: Work, key: string, name: string, record: BranchRecord): void {
  work.db.branches.put(branchKey(key, name), record);
}

/** Moves a branch to a commit on it. */
export function moveHead(work: Work, key: string, name: string, id: string): void {
  if (!hasBranch(work, key, name)) return;
  const record = getBranch(work, key, name);
  putBranch(work, key, name, { ...record, head: id, updatedAt: work.now });
}
