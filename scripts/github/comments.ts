/** Comments in pull requests, which are identified by the marker that they begin with. */
import type { Answer } from "../../providers/kit/http-exchange";
import { call, pages } from "./client";
import type { PullRequest } from "./pull-requests";

interface IssueComment {
  readonly id: number;
  readonly body?: string | null;
  readonly user?: { readonly login?: string } | null;
}

/**
 * Edits the comment that begins with the marker, or creates it if it does not exist. Returns its
 * address.
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

/** Edits the comment that begins with the marker, if it exists. */
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

function commentsOf({ repository, number }: PullRequest): string {
  return `/repos/${repository}/issues/${number}/comments`;
}
