import {
  authInfo,
  authorize,
  bindRoles,
  dropBindings,
  isAuthorized,
  projectResource,
  repoResource,
} from "../auth/authorize";
import type { Work } from "../call";
import { branchKey, checkName, projectOf, type RepoName, repoKey, repoView } from "../names";
import { alreadyExists, notFound, refusal, required, wrapped } from "../rpc-error";
import type { RepoRecord } from "../store/records";
import { timestamp } from "../timeline";
import { getBranch } from "./branch-records";
import { refuseIfUsed } from "./branches";
import { dropContents, isFinished, sizeOf } from "./files";
import { commitOf } from "./find-commit";
import { detach } from "./provenance";
import { getRepo, keyOf } from "./repo-records";

export interface CreateRepoRequest {
  readonly repo: RepoName | null;
  readonly description: string;
  readonly update: boolean;
}

export interface DeleteRepoRequest {
  readonly repo: RepoName | null;
  readonly force: boolean;
}

export function createRepo(work: Work, request: CreateRepoRequest): void {
  const repo = required(request.repo, "CreateRepoRequest.Repo");
  const project = projectOf(repo);
  const key = keyOf({ ...repo, type: repo.type || "user" });
  checkName(repo.name);
  if (!work.db.projects.has(project))
    throw notFound(
      `cannot find project "${project}": get project by name: project "${project}" not found`,
    );
  const existing = work.db.repos.get(key);
  if (existing === undefined) {
    authorize(work, "PROJECT_CREATE_REPO", projectResource(project));
    addRepo(work, { project, name: repo.name, type: "user" }, request.description);
    return;
  }
  if (!request.update) throw alreadyExists(`repo ${key} already exists`);
  authorize(work, "REPO_WRITE", repoResource(key));
  work.db.repos.put(key, { ...existing, description: request.description });
}

/** Creates a repo that the caller owns. */
export function addRepo(
  work: Work,
  repo: Pick<RepoRecord, "project" | "name" | "type">,
  description: string,
): void {
  const key = repoKey(repo);
  work.db.repos.put(key, { ...repo, description, createdAt: work.now, branches: [] });
  if (repo.type === "user") bindRoles(work, repoResource(key), work.subject, ["repoOwner"]);
}

export function inspectRepo(work: Work, name: RepoName | null): object {
  const repo = getRepo(work, keyOf(required(name, "InspectRepoRequest.Repo")));
  return { ...infoOf(work, repo), details: { sizeBytes: String(sizeOfRepo(work, repo)) } };
}

/** @param type user, spec or meta; empty: all. @param projects none: all. */
export function listRepos(work: Work, type: string, projects: readonly string[]): object[] {
  return work.db.repos
    .values()
    .filter((repo) => type === "" || repo.type === type)
    .filter((repo) => projects.length === 0 || projects.includes(repo.project))
    .reverse()
    .map((repo) => ({
      ...infoOf(work, repo),
      sizeBytesUpperBound: String(sizeOfRepo(work, repo)),
    }));
}

/**
 * Returns whether it was deleted: a missing repo and one that the caller may not delete are not
 * errors.
 */
export function deleteRepo(work: Work, request: DeleteRepoRequest): { deleted: boolean } {
  const key = keyOf(required(request.repo, "DeleteRepoRequest.Repo"));
  const repo = work.db.repos.get(key);
  if (repo === undefined || !isAuthorized(work, "REPO_DELETE", repoResource(key)))
    return { deleted: false };
  if (work.db.pipelines.has(`${repo.project}/${repo.name}`))
    throw refusal(
      `error checking whether repo "${key}" can be deleted: cannot delete a repo associated with a pipeline - delete the pipeline instead`,
    );
  dropRepo(work, key, request.force);
  return { deleted: true };
}

/** @throws RpcError if one of its branches is in use and `force` is not set. */
export function dropRepo(work: Work, key: string, force: boolean): void {
  for (const branch of work.db.repos.get(key)?.branches ?? []) {
    if (!force) refuseIfBranchUsed(work, key, branch);
    detach(work, key, branch);
    work.db.branches.delete(branchKey(key, branch));
  }
  const dropped = work.db.commits.entries().filter(([, { repo }]) => repo === key);
  for (const [commit] of dropped) work.db.commits.delete(commit);
  dropContents(
    work,
    dropped.map(([, commit]) => commit),
  );
  work.db.repos.delete(key);
  dropBindings(work, repoResource(key));
}

/** With the message of a delete of the whole repo. */
export function refuseIfBranchUsed(work: Work, key: string, branch: string): void {
  wrapped(`delete branch ${branchKey(key, branch)}`, () => refuseIfUsed(work, key, branch));
}

function infoOf(work: Work, repo: RepoRecord): object {
  const view = repoView(repo);
  return {
    repo: view,
    created: timestamp(repo.createdAt),
    sizeBytesUpperBound: "0",
    description: repo.description,
    branches: repo.branches.map((name) => ({ repo: view, name })),
    authInfo: authInfo(work, repoResource(repoKey(repo))),
    details: null,
    metadata: {},
  };
}

/**
 * The size of the head of `master`, once it is finished. A meta repo holds information about each
 * datum, so its size is only of the right order.
 */
function sizeOfRepo(work: Work, repo: RepoRecord): number {
  const key = repoKey(repo);
  if (repo.type === "spec" || !repo.branches.includes("master")) return 0;
  if (repo.type === "meta") {
    const job = work.db.pipelines.get(`${repo.project}/${repo.name}`)?.jobs.at(-1) ?? "";
    const { run } = work.db.jobs.get(`${repo.project}/${repo.name}@${job}`) ?? {};
    return run === undefined ? 0 : JSON.stringify(run.datums).length;
  }
  const commit = commitOf(work, key, getBranch(work, key, "master").head);
  return commit !== undefined && isFinished(work, commit) ? sizeOf(commit) : 0;
}
