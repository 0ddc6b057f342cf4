/** Where a pull request's comments are. */
export interface PullRequest {
  /** `https://api.github.com`, or that of a GitHub Enterprise Server. */
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly number: number;
  readonly token: string;
  /** Who writes the comments; a marker in a comment of anybody else counts for nothing. */
  readonly author: string;
}

interface IssueComment {
  readonly id: number;
  readonly body?: string | null;
  readonly user?: { readonly login?: string } | null;
}

const TIMEOUT_MS = 30_000;

/**
 * Writes the comment that begins with the marker: edits it where it is there, else makes it. Returns
 * its address.
 */
export async function upsertComment(
  pullRequest: PullRequest,
  marker: string,
  body: string,
): Promise<string> {
  const comments = `/repos/${pullRequest.repository}/issues/${pullRequest.number}/comments`;
  const existing = await findComment(pullRequest, `${comments}?per_page=100`, marker);
  const response =
    existing === undefined
      ? await call(pullRequest, "POST", comments, { body })
      : await call(
          pullRequest,
          "PATCH",
          `/repos/${pullRequest.repository}/issues/comments/${existing.id}`,
          { body },
        );
  return ((await response.json()) as { html_url: string }).html_url;
}

/** Goes over all pages: a long discussion must not hide the comment. */
async function findComment(
  pullRequest: PullRequest,
  first: string,
  marker: string,
): Promise<IssueComment | undefined> {
  let page: string | undefined = first;
  while (page !== undefined) {
    const response = await call(pullRequest, "GET", page);
    const comments = (await response.json()) as IssueComment[];
    const found = comments.find(
      ({ body, user }) => user?.login === pullRequest.author && body?.startsWith(marker),
    );
    if (found !== undefined) return found;
    page = nextPage(response.headers.get("link"), pullRequest.api);
  }
  return undefined;
}

/** The next page by the `Link` header: https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function nextPage(link: string | null, api: string): string | undefined {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? "")?.[1];
  // the token goes to no other server, whatever the header says
  return next?.startsWith(`${api}/`) ? next.slice(api.length) : undefined;
}

async function call(
  { api, token }: PullRequest,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  const response = await fetch(`${api}${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token}`,
      "x-github-api-version": "2022-11-28",
      ...(body && { "content-type": "application/json" }),
    },
    body: body === undefined ? null : JSON.stringify(body),
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: Error) => {
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    throw new Error(`cannot reach GitHub at ${api}: ${reason}`);
  });
  if (response.ok) return response;
  throw new Error(
    `GitHub answers ${response.status} to ${method} ${path}: ${await reasonOf(response)}`,
  );
}

async function reasonOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { message } = JSON.parse(text) as { message?: string };
    if (response.status === 403) return `${message} (the job needs \`pull-requests: write\`)`;
    return message ?? text;
  } catch {
    return text.slice(0, 200);
  }
}
