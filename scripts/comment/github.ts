import { type Answer, ExchangeError } from "../../providers/kit/http-exchange";
import { jsonOf, request } from "../http";

/** A repository on GitHub, and what it is used with. */
export interface Repository {
  /** `https://api.github.com`, or that of a GitHub Enterprise Server. */
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  /** Who writes the comments; a marker in a comment of anybody else counts for nothing. */
  readonly author: string;
  /** The environment with HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  readonly variables?: NodeJS.ProcessEnv;
}

export interface PullRequest extends Repository {
  readonly number: number;
}

interface IssueComment {
  readonly id: number;
  readonly body?: string | null;
  readonly user?: { readonly login?: string } | null;
}

const TIMEOUT_MS = 30_000;

/** A page of 100 comments of 65,535 characters, each of which JSON may write as six. */
const MAX_BYTES = 48 * 1024 * 1024;

/**
 * Writes the comment that begins with the marker: edits it where it is there, else makes it. Returns
 * its address.
 */
export async function upsertComment(
  pullRequest: PullRequest,
  marker: string,
  body: string,
): Promise<string> {
  const existing = await findComment(pullRequest, marker);
  const response =
    existing === undefined
      ? await call(pullRequest, "POST", commentsOf(pullRequest), { body })
      : await replaceComment(pullRequest, existing, body);
  return (JSON.parse(response.text) as { html_url: string }).html_url;
}

/** Changes the comment that begins with the marker; makes none where it is not there. */
export async function editComment(
  pullRequest: PullRequest,
  marker: string,
  change: (body: string) => string,
): Promise<void> {
  const existing = await findComment(pullRequest, marker);
  if (existing === undefined) return;
  await replaceComment(pullRequest, existing, change(existing.body ?? ""));
}

function replaceComment(
  pullRequest: PullRequest,
  { id }: IssueComment,
  body: string,
): Promise<Answer> {
  const path = `/repos/${pullRequest.repository}/issues/comments/${id}`;
  return call(pullRequest, "PATCH", path, { body });
}

export interface PullRequestState {
  readonly isOpen: boolean;
  readonly labels: readonly string[];
}

/** What a pull request is now. */
export async function pullRequestState(pullRequest: PullRequest): Promise<PullRequestState> {
  const path = `/repos/${pullRequest.repository}/pulls/${pullRequest.number}`;
  const { state, labels } = JSON.parse((await call(pullRequest, "GET", path)).text) as {
    readonly state: string;
    readonly labels: readonly { readonly name: string }[];
  };
  return { isOpen: state === "open", labels: labels.map(({ name }) => name) };
}

/** Whether a pull request is open and has the label, as it is now. */
export async function isOpenWithLabel(pullRequest: PullRequest, label: string): Promise<boolean> {
  const { isOpen, labels } = await pullRequestState(pullRequest);
  return isOpen && labels.includes(label);
}

/** The number of the merged pull request that brought a commit into its branch, if one did. */
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
  /** The repository of a fork may be gone. */
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

/** The text of a stack's comment in a pull request, if there is one. */
export async function readComment(
  pullRequest: PullRequest,
  marker: string,
): Promise<string | undefined> {
  return (await findComment(pullRequest, marker))?.body ?? undefined;
}

async function findComment(
  pullRequest: PullRequest,
  marker: string,
): Promise<IssueComment | undefined> {
  const first = `${commentsOf(pullRequest)}?per_page=100`;
  for await (const comments of pages<readonly IssueComment[]>(pullRequest, first)) {
    const found = comments.find(
      ({ body, user }) => user?.login === pullRequest.author && body?.startsWith(marker),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All pages of a list: a long discussion must not hide what is looked for. */
export async function* pages<Page>(repository: Repository, first: string): AsyncGenerator<Page> {
  let page: string | undefined = first;
  while (page !== undefined) {
    const response: Answer = await call(repository, "GET", page);
    yield JSON.parse(response.text) as Page;
    page = nextPage(response.headers.link, repository.api);
  }
}

function commentsOf({ repository, number }: PullRequest): string {
  return `/repos/${repository}/issues/${number}/comments`;
}

/** The next page by the `Link` header: https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function nextPage(link: string | string[] | undefined, api: string): string | undefined {
  const next = /<([^>]+)>;\s*rel="next"/.exec(String(link ?? ""))?.[1];
  // the token goes to no other server, whatever the header says
  return next?.startsWith(`${api}/`) ? next.slice(api.length) : undefined;
}

/** Sends one request to GitHub; an answer that is not a success is an error with its reason. */
export async function call(
  { api, token, variables = {} }: Repository,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const headers = {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${token}`,
    // GitHub refuses requests without one
    "user-agent": "pachyderm-seldon",
    "x-github-api-version": "2022-11-28",
    ...(body && { "content-type": "application/json" }),
  };
  const response = await request(new URL(`${api}${path}`), {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    variables,
  }).catch((error: Error) => {
    if (!(error instanceof ExchangeError)) throw error;
    throw new Error(`cannot reach GitHub at ${api}: ${error.message}`);
  });
  if (response.status >= 200 && response.status < 300) return response;
  throw new Error(
    `GitHub returned ${response.status} for ${method} ${path}: ${reasonOf(response)}`,
  );
}

function reasonOf(response: Answer): string {
  const message = jsonOf(response)?.message;
  if (typeof message !== "string") return response.text.slice(0, 200);
  return response.status === 403 ? `${message} (the job lacks a permission)` : message;
}
