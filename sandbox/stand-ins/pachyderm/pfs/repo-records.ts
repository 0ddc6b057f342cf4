/** Repos as they are stored, by the key of their project, name and type. */
import type { Work } from "../call";
import { projectOf, type RepoName, repoKey } from "../names";
import { notFound, refusal } from "../rpc-error";
import type { RepoRecord, RepoType } from "../store/records";

/** @throws RpcError (HTTP 404) if it does not exist. */
export function getRepo(work: Work, key: string): RepoRecord {
  const repo = work.db.repos.get(key);
  if (repo === undefined) throw notFound(`repo ${key} not found`);
  return repo;
}

/** The reference to a repo in a message: a missing type does not mean "user". */
export function keyOf(repo: RepoName): string {
  const { type } = repo;
  if (!isRepoType(type))
    throw refusal(
      `scanning repo row: ERROR: invalid input value for enum pfs.repo_type: "${type}" (SQLSTATE 22P02)`,
    );
  return repoKey({ project: projectOf(repo), name: repo.name, type });
}

const isRepoType = (type: string): type is RepoType => ["user", "spec", "meta"].includes(type);
