/** Pull requests of a repository on GitHub. */
import { call, pages, type Repository } from "./client";

export interface PullRequest extends Repository {
  readonly number: number;
}

export interface PullRequestState {
  readonly isOpen: boolean;
  readonly labels: readonly string[];
}

/** The current state of a pull request. */
export async function pullRequestState(pullRequest: PullRequest): Promise<PullRequestState> {
  const path = `/repos/${pullRequest.repository}/pulls/${pullRequest.number}`;
  const { state, labels } = JSON.parse((await call(pullRequest, "GET", path)).text) as {
    readonly state: string;
    readonly labels: readonly { readonly name: string }[];
  };
  return { isOpen: state === "open", labels: labels.map(({ name }) => name) };
}

/** Whether a pull request is currently open and has the label. */
export async function isOpenWithLabel(pullRequest: PullRequest, label: string): Promise<boolean> {
  const { isOpen, labels } = await pullRequestState(pullRequest);
  return isOpen && labels.includes(label);
}

/**
 * The number of the merged pull request that introduced a commit to its branch, if there is one.
 */
export async function pullRequestOf(
  repository: Repository,
  commit: string,
): Promise<number | undefined> {
  const path = `/repos/${repository.repository}/commits/${commit}/pulls`;
  const pulls = JSON.parse((await call(repository, "GET", path)).text) as readonly {
    readonly number: number;
    readonly merged_at: string | null;
    readonly merge_commit_sha: string | null;
  }[];
  const merged = pulls.filter(({ merged_at }) => merged_at !== null);
  const own = merged.find(({ merge_commit_sha }) => merge_commit_sha === commit);
  return (own ?? merged[0])?.number;
}

/** Whether a commit is the head of an open pull request from a branch of the repository itself. */
export async function isOwnHead(repository: Repository, commit: string): Promise<boolean> {
  const first = `/repos/${repository.repository}/commits/${commit}/pulls?per_page=100`;
  for await (const pulls of pages<readonly ListedPullRequest[]>(repository, first)) {
    const own = pulls.some(
      ({ state, head }) =>
        state === "open" &&
        head.sha === commit &&
        head.repo?.full_name.toLowerCase() === repository.repository.toLowerCase(),
    );
    if (own) return true;
  }
  return false;
}

interface ListedPullRequest {
  readonly state: string;
  /** Null if the fork's repository was deleted. */
  readonly head: { readonly sha: string; readonly repo: { readonly full_name: string } | null };
}

/**
 * The number of the open pull request from a branch of a fork to the default branch, if it is at that
 * commit.
 */
export async function pullRequestFrom(
  repository: Repository,
  head: { readonly owner: string; readonly branch: string; readonly commit: string },
): Promise<number | undefined> {
  const query = new URLSearchParams({ state: "open", head: `${head.owner}:${head.branch}` });
  const path = `/repos/${repository.repository}/pulls?${query}`;
  const pulls = JSON.parse((await call(repository, "GET", path)).text) as readonly {
    readonly number: number;
    readonly head: { readonly sha: string };
    readonly base: { readonly ref: string; readonly repo: { readonly default_branch: string } };
  }[];
  return pulls.find(
    ({ head: { sha }, base }) => sha === head.commit && base.ref === base.repo.default_branch,
  )?.number;
}
