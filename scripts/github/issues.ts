import { call, pages, type Repository } from "./client";

interface Issue {
  readonly number: number;
  readonly body?: string | null;
  readonly user?: { readonly login?: string } | null;
  readonly pull_request?: object;
}

/** Updates the open issue that begins with the marker, or opens one. */
export async function upsertIssue(
  repository: Repository,
  { marker, title, body }: { marker: string; title: string; body: string },
): Promise<void> {
  const existing = await findOpenIssue(repository, marker);
  const issues = `/repos/${repository.repository}/issues`;
  if (existing === undefined) await call(repository, "POST", issues, { title, body });
  else await call(repository, "PATCH", `${issues}/${existing.number}`, { title, body });
}

/** Closes the open issue that begins with the marker, if there is one. */
export async function closeIssue(repository: Repository, marker: string): Promise<void> {
  const existing = await findOpenIssue(repository, marker);
  if (existing === undefined) return;
  const issue = `/repos/${repository.repository}/issues/${existing.number}`;
  await call(repository, "PATCH", issue, { state: "closed" });
}

async function findOpenIssue(repository: Repository, marker: string): Promise<Issue | undefined> {
  const query = `state=open&creator=${encodeURIComponent(repository.author)}&per_page=100`;
  const first = `/repos/${repository.repository}/issues?${query}`;
  for await (const issues of pages<readonly Issue[]>(repository, first)) {
    const found = issues.find(
      ({ body, user, pull_request }) =>
        pull_request === undefined && user?.login === repository.author && body?.startsWith(marker),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
