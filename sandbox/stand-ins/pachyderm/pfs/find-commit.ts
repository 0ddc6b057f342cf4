import type { Work } from "../call";
import { notFound, required } from "../rpc-error";
import type { CommitRecord } from "../store/records";
import { getBranch, hasBranch } from "./branch-records";
import type { CommitName } from "./branches";
import { getRepo, keyOf } from "./repo-records";

/** The commit that a message names by its id or as a branch's head. @throws RpcError (HTTP 404) */
export function findCommit(work: Work, { repo, id, branch }: CommitName): CommitRecord {
  const key = keyOf(required(repo ?? branch?.repo, "Commit.Repo"));
  getRepo(work, key);
  const name = branch?.name ?? id;
  if (id === "" || hasBranch(work, key, name)) {
    if (!hasBranch(work, key, name))
      throw notFound(
        `branch (id=0, branch=${key}@${name}) not found\nbranch "${name}" not found in repo ${key}`,
      );
    const { head } = getBranch(work, key, name);
    return commitOf(work, key, head) ?? { repo: key, branch: name, id: head, finished: true };
  }
  const commit = commitOf(work, key, id);
  if (commit === undefined) throw notFound(`commit ${key}@${id} not found`);
  return commit;
}

/**
 * The record of a commit; the commit of a meta repo has the record of its output commit. A commit set
 * also contains the heads of unchanged branches, so an id may refer to an older commit.
 */
export const commitOf = (work: Work, key: string, id: string): CommitRecord | undefined =>
  work.db.commits.get(`${key.replace(/\.meta$/, "")}@${id}`);
