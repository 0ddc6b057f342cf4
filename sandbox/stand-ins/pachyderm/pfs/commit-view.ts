import type { Work } from "../call";
import { branchKey, type RepoName, repoView } from "../names";
import { required } from "../rpc-error";
import type { CommitRecord } from "../store/records";
import { timestamp } from "../timeline";
import type { CommitName } from "./branches";
import { finishedAt, isFinished, sizeOf } from "./files";
import { findCommit } from "./find-commit";
import { getRepo, keyOf } from "./repo-records";

export function inspectCommit(
  work: Work,
  { commit }: { readonly commit: CommitName | null },
): object {
  return commitView(work, findCommit(work, required(commit, "InspectCommitRequest.Commit")));
}

/** The newest first. */
export function listCommits(
  work: Work,
  request: { readonly repo: RepoName | null; readonly number: string },
): object[] {
  const key = keyOf(required(request.repo, "ListCommitRequest.Repo"));
  getRepo(work, key);
  const commits = work.db.commits.values().filter(({ repo }) => repo === key);
  const views = commits.reverse().map((commit) => ({
    ...commitView(work, commit),
    // only lists include it
    sizeBytesUpperBound: String(isFinished(work, commit) ? sizeOf(commit) : 0),
  }));
  return request.number === "0" ? views : views.slice(0, Number(request.number));
}

function commitView(work: Work, commit: CommitRecord): object {
  const repo = repoView(getRepo(work, commit.repo));
  const named = (id: string) => ({ repo, id, branch: null });
  const finished = isFinished(work, commit);
  const isValidated = !commit.error || commit.isInvalid === true;
  const finishingAt = commit.finishingAt ?? finishedAt(commit) ?? work.now;
  const startedAt = commit.startedAt ?? 0;
  return {
    commit: named(commit.id),
    origin: { kind: commit.sources === undefined ? "USER" : "AUTO" },
    description: "",
    parentCommit: commit.parent ? named(commit.parent) : null,
    childCommits: work.db.commits
      .values()
      .filter(({ repo: of, parent }) => of === commit.repo && parent === commit.id)
      .flatMap((child) => onBranch(work, branchKey(child.repo, child.branch), child.id)),
    started: timestamp(startedAt),
    finishing: finishingAt <= work.now ? timestamp(finishingAt) : null,
    finished: finished ? timestamp(finishedAt(commit) ?? 0) : null,
    directProvenance: Object.entries(commit.sources ?? {}).flatMap(([branch, id]) =>
      onBranch(work, branch, id),
    ),
    directSubvenance: subvenance(work, commit),
    error: finished ? (commit.error ?? "") : "",
    sizeBytesUpperBound: "0",
    details: {
      sizeBytes: String(finished ? sizeOf(commit) : 0),
      compactingTime: isValidated ? "0s" : null,
      validatingTime: isValidated ? "0s" : null,
    },
    metadata: {},
    createdBy: "",
    createdAt: timestamp(startedAt),
    updatedAt: timestamp(finished ? (finishedAt(commit) ?? startedAt) : startedAt),
  };
}

/** The commit as a commit of its branch; empty if its repo no longer exists. */
function onBranch(work: Work, branch: string, id: string): object[] {
  const at = branch.lastIndexOf("@");
  const record = work.db.repos.get(branch.slice(0, at));
  if (record === undefined) return [];
  const repo = repoView(record);
  return [{ repo, id, branch: { repo, name: branch.slice(at + 1) } }];
}

/** The commits derived from a commit: output commits, each with the commit of its meta repo. */
function subvenance(work: Work, { repo, branch, id }: CommitRecord): object[] {
  const source = branchKey(repo, branch);
  return work.db.commits
    .values()
    .filter(({ sources }) => sources?.[source] === id)
    .flatMap((made) => [
      ...onBranch(work, branchKey(made.repo, made.branch), made.id),
      ...onBranch(work, branchKey(`${made.repo}.meta`, made.branch), made.id),
    ]);
}
