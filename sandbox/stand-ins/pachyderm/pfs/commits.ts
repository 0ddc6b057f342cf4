import { authorize, repoResource } from "../auth/authorize";
import type { Work } from "../call";
import { branchKey, checkName, repoView } from "../names";
import { propagate } from "../pps/jobs";
import { alreadyExists, notFound, refusal, required } from "../rpc-error";
import type { CommitRecord } from "../store/records";
import { getBranch, hasBranch, moveHead } from "./branch-records";
import { addBranch, type BranchName, type CommitName } from "./branches";
import { getRepo, keyOf } from "./repo-records";

export interface StartCommitRequest {
  readonly branch: BranchName | null;
}

export interface FinishCommitRequest {
  readonly commit: CommitName | null;
}

/** Opens a commit on a branch, which is created if it does not exist. */
export function startCommit(work: Work, request: StartCommitRequest): object {
  const { repo, name } = required(request.branch, "StartCommitRequest.Branch");
  const key = keyOf(required(repo, "Branch.Repo"));
  const record = getRepo(work, key);
  openCommit(work, key, name);
  return { repo: repoView(record), id: work.commitSet, branch: null };
}

/** A new head of a branch, with the files of the previous one. */
export function openCommit(work: Work, key: string, name: string): CommitRecord {
  refuseOutput(work, key, name);
  checkName(name);
  authorize(work, "REPO_WRITE", repoResource(key));
  const id = work.commitSet;
  if (work.db.commits.has(`${key}@${id}`))
    throw alreadyExists(`commit ${key}@${id} already exists`);
  const before = hasBranch(work, key, name) ? getBranch(work, key, name).head : null;
  const commit: CommitRecord = {
    repo: key,
    branch: name,
    id,
    finished: false,
    parent: before,
    startedAt: work.now,
    files: (before !== null && work.db.commits.get(`${key}@${before}`)?.files) || [],
  };
  addBranch(work, key, name, id);
  moveHead(work, key, name, id);
  work.db.commits.put(`${key}@${id}`, commit);
  return commit;
}

/** @throws RpcError if the repo is written by a pipeline. */
export function refuseOutput(work: Work, key: string, branch: string): void {
  if (work.db.pipelines.has(key))
    throw refusal(`cannot start a commit on an output branch: ${branchKey(key, branch)}`);
}

/** The record of a commit that a client has ended: it is finished after a moment. */
export function finishedCommit(work: Work, commit: CommitRecord): CommitRecord {
  const at = work.now + work.settings.delays.commitMs;
  return { ...commit, finished: true, finishingAt: work.now, finishedAt: at };
}

/** Closes a commit: every pipeline downstream gets a job. */
export function finishCommit(work: Work, request: FinishCommitRequest): void {
  const { repo, id, branch } = required(request.commit, "FinishCommitRequest.Commit");
  const key = keyOf(required(repo ?? branch?.repo, "Commit.Repo"));
  getRepo(work, key);
  const commit =
    id === "" ? openCommitOf(work, key, branch?.name ?? "") : work.db.commits.get(`${key}@${id}`);
  if (commit === undefined) throw notFound(`commit ${key}@${id} not found`);
  if (commit.finished) throw refusal(`commit ${key}@${commit.id} has already finished`);
  refuseOutput(work, key, commit.branch);
  authorize(work, "REPO_WRITE", repoResource(key));
  work.db.commits.put(`${key}@${commit.id}`, finishedCommit(work, commit));
  propagate(work, [branchKey(key, commit.branch)], commit.id);
}

export function openCommitOf(work: Work, repo: string, branch: string): CommitRecord | undefined {
  return work.db.commits
    .values()
    .findLast((commit) => commit.repo === repo && commit.branch === branch && !commit.finished);
}
