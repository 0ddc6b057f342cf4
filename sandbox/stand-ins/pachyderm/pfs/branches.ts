import { authorize, repoResource } from "../auth/authorize";
import type { Work } from "../call";
import { branchKey, checkName, type RepoName, repoView } from "../names";
import { propagate } from "../pps/jobs";
import type { Trigger } from "../pps/spec";
import { alreadyExists, notFound, panic, refusal, required } from "../rpc-error";
import type { JsonObject } from "../spec/json";
import { Trigger as TriggerMessage } from "../spec/messages";
import { populated } from "../spec/proto-json";
import { timestamp } from "../timeline";
import { getBranch, hasBranch, putBranch } from "./branch-records";
import { detach, directProvenance, provenanceOf, refuseIfRead, subvenanceOf } from "./provenance";
import { getRepo, keyOf } from "./repo-records";

export interface BranchName {
  readonly repo: RepoName | null;
  readonly name: string;
}

export interface CommitName {
  readonly repo: RepoName | null;
  readonly id: string;
  readonly branch: BranchName | null;
}

export interface CreateBranchRequest {
  readonly branch: BranchName | null;
  readonly head?: CommitName | null;
  readonly provenance?: readonly BranchName[];
}

export interface DeleteBranchRequest {
  readonly branch: BranchName | null;
  readonly force: boolean;
}

/** Creates a branch; an existing one is moved to `head`, if that is set. */
export function createBranch(
  work: Work,
  { branch, head, provenance = [] }: CreateBranchRequest,
): void {
  const { repo, name } = required(branch, "CreateBranchRequest.Branch");
  const key = keyOf(required(repo, "Branch.Repo"));
  if (!work.db.repos.has(key)) throw repoMissing(work, required(repo, "Branch.Repo"));
  checkName(name);
  if (provenance.some((source) => source.repo && keyOf(source.repo) === key))
    throw refusal(`repo ${key} cannot be in the provenance of its own branch`);
  if (provenance.length > 0)
    throw refusal("the sandbox supports branches with provenance only for pipelines");
  authorize(work, "REPO_CREATE_BRANCH", repoResource(key));
  const existed = hasBranch(work, key, name);
  const id = head ? resolveHead(work, key, head) : undefined;
  addBranch(work, key, name, id);
  if (!existed) return;
  const record = getBranch(work, key, name);
  putBranch(work, key, name, { ...record, head: id ?? record.head, updatedAt: work.now });
  if (id !== undefined) propagate(work, [branchKey(key, name)], work.commitSet);
}

function repoMissing(work: Work, { project, name, type }: RepoName) {
  const place = project?.name || "default";
  return notFound(
    `get commit by commit key: repo (id=0, project=${place}, name=${name}, type=${type}) not found\n` +
      `commit (int_id=0, commit_id=${place}/${name}.${type}@${work.commitSet}) not found`,
  );
}

/** The id of the commit that a message refers to by id or as a branch's head. */
function resolveHead(work: Work, key: string, { id, branch }: CommitName): string {
  const name = id || (branch?.name ?? "");
  if (id === "" && hasBranch(work, key, name)) return getBranch(work, key, name).head;
  const branches = work.db.repos.get(key)?.branches ?? [];
  const known =
    work.db.commits.has(`${key}@${id}`) ||
    work.db.jobs.has(`${key}@${id}`) ||
    branches.some((other) => getBranch(work, key, other).head === id);
  if (id !== "" && known) return id;
  // 2.12 dereferences nil here instead of reporting an error
  if (work.settings.version.minor >= 12) throw panic();
  throw notFound(
    `unable to inspect ${key}@${name}: branch (id=0, branch=${key}@${name}) not found\n` +
      `branch "${name}" not found in repo ${key}`,
  );
}

/**
 * Creates a branch unless it exists.
 *
 * @param head the commit that it starts at. Default: a new, empty one. A repo can have one commit
 * in a transaction, so two new branches of it cannot be created in one.
 */
export function addBranch(work: Work, key: string, name: string, head?: string): void {
  const repo = getRepo(work, key);
  if (repo.branches.includes(name)) return;
  if (head === undefined) addEmptyCommit(work, key, name);
  work.db.repos.put(key, { ...repo, branches: [...repo.branches, name] });
  putBranch(work, key, name, {
    head: head ?? work.commitSet,
    trigger: null,
    createdAt: work.now,
    updatedAt: work.now,
    createdBy: work.subject,
  });
}

function addEmptyCommit(work: Work, key: string, branch: string): void {
  const id = work.commitSet;
  const { project, name, type } = getRepo(work, key);
  if (work.db.commits.has(`${key}@${id}`))
    throw alreadyExists(
      `create empty commit: commit ${project}/${name}.${type}@${id} already exists\n` +
        `inconsistent dependencies: cannot create commit from ${key}@${id}; repo (${name}) already has a commit in this transaction`,
    );
  work.db.commits.put(`${key}@${id}`, { repo: key, branch, id, finished: true });
}

/**
 * Makes a branch follow another one of its repo. The branch does not move when commits meet the
 * trigger's condition, because no recording shows how Pachyderm counts commits and moves it.
 *
 * @throws RpcError if that is not possible
 */
export function setTrigger(work: Work, key: string, name: string, trigger: Trigger): void {
  checkTrigger(work, key, name, trigger);
  const value = populated(trigger as JsonObject, TriggerMessage, work.settings.version.minor);
  const record = getBranch(work, key, name);
  putBranch(work, key, name, { ...record, trigger: value, updatedAt: work.now });
}

/** Checks that are possible before the following branch exists. */
export function checkTrigger(work: Work, key: string, name: string, trigger: Trigger): void {
  if (!trigger.branch) throw refusal("triggers must specify a branch to trigger on");
  const seen = new Set([name]);
  for (let next: string | undefined = trigger.branch; next !== undefined; ) {
    if (seen.has(next)) throw refusal("triggers cannot form a loop");
    seen.add(next);
    next = followedBy(work, key, next);
  }
  if (hasBranch(work, key, trigger.branch)) return;
  const step = work.settings.version.minor >= 12 ? "update head: " : "";
  throw notFound(
    `create branch: ${step}updating branch trigger: branch (id=0, branch=${key}@${trigger.branch}) not found`,
  );
}

/** The branch that a branch follows, if any. */
function followedBy(work: Work, key: string, name: string): string | undefined {
  if (!hasBranch(work, key, name)) return undefined;
  const { trigger } = getBranch(work, key, name);
  return trigger === null ? undefined : String(trigger.branch);
}

export function inspectBranch(
  work: Work,
  { branch }: { readonly branch: BranchName | null },
): object {
  const { repo, name } = required(branch, "InspectBranchRequest.Branch");
  const key = keyOf(required(repo, "Branch.Repo"));
  if (!hasBranch(work, key, name))
    throw notFound(
      `inspect branch in transaction: branch (id=0, branch=${key}@${name}) not found\n` +
        `branch "${name}" not found in repo ${key}`,
    );
  return branchView(work, key, name);
}

/** Newest first. */
export function listBranches(
  work: Work,
  request: { readonly repo: RepoName | null; readonly reverse: boolean },
): object[] {
  const key = keyOf(required(request.repo, "ListBranchRequest.Repo"));
  const views = getRepo(work, key).branches.map((name) => branchView(work, key, name));
  return request.reverse ? views : views.reverse();
}

export function deleteBranch(work: Work, { branch, force }: DeleteBranchRequest): void {
  const { repo, name } = required(branch, "DeleteBranchRequest.Branch");
  const { project, type } = required(repo, "Branch.Repo");
  const key = keyOf(required(repo, "Branch.Repo"));
  if (!hasBranch(work, key, name))
    throw notFound(
      `get branch "${project?.name || "default"}/${repo?.name}.${type}@${name}": branch (id=0, branch=${key}@${name}) not found`,
    );
  authorize(work, "REPO_DELETE_BRANCH", repoResource(key));
  if (!force) refuseIfUsed(work, key, name);
  detach(work, key, name);
  const record = getRepo(work, key);
  const branches = record.branches.filter((other) => other !== name);
  work.db.repos.put(key, { ...record, branches });
  work.db.branches.delete(branchKey(key, name));
}

/** @throws RpcError if a pipeline reads the branch, it follows another one, or one follows it. */
export function refuseIfUsed(work: Work, key: string, name: string): void {
  refuseIfRead(work, key, name);
  const quoted = `branch "${branchKey(key, name)}" cannot be deleted because it`;
  const followers = getRepo(work, key)
    .branches.filter((other) => followedBy(work, key, other) === name)
    .map((other) => branchKey(key, other));
  if (followers.length > 0)
    throw refusal(`${quoted} is triggered by branches [${followers.join(" ")}]`);
  const followed = followedBy(work, key, name);
  if (followed !== undefined)
    throw refusal(`${quoted} triggers branches [${branchKey(key, followed)}]`);
}

export function branchView(work: Work, key: string, name: string): object {
  const { head, trigger, createdAt, updatedAt, createdBy } = getBranch(work, key, name);
  const repo = repoView(getRepo(work, key));
  const branch = branchKey(key, name);
  const named = (branches: readonly string[]) => branches.map((other) => nameOf(work, other));
  return {
    branch: { repo, name },
    head: { repo, id: head, branch: null },
    provenance: named(provenanceOf(work, branch)),
    subvenance: named(subvenanceOf(work, branch)),
    directProvenance: named(directProvenance(work, branch)),
    trigger,
    metadata: {},
    createdBy,
    createdAt: timestamp(createdAt),
    updatedAt: timestamp(updatedAt),
    ...(work.settings.version.minor >= 12 && { branchPropagationSpecs: [] }),
  };
}

function nameOf(work: Work, branch: string): object {
  const at = branch.lastIndexOf("@");
  return { repo: repoView(getRepo(work, branch.slice(0, at))), name: branch.slice(at + 1) };
}
