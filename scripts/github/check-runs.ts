/** Check runs of commits on GitHub. */
import { call, pages, type Repository } from "./client";

/** The content of a commit's check: https://docs.github.com/rest/checks/runs */
export interface CheckRun {
  /** `neutral` does not fail the check, but is not shown as a success either. */
  readonly conclusion: "success" | "neutral" | "failure";
  /** Plain text. */
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
}

interface ListedCheckRuns {
  readonly check_runs: readonly { readonly id: number; readonly external_id?: string | null }[];
}

/** Writes the check run of a stack on a commit, replacing the previous one. Returns its address. */
export async function upsertCheckRun(
  repository: Repository,
  { commit, stack, marker }: { commit: string; stack: string; marker: string },
  { conclusion, title, summary }: CheckRun,
): Promise<string> {
  const runs = `/repos/${repository.repository}/check-runs`;
  const body = {
    name: `plan of ${stack}`,
    external_id: marker,
    status: "completed",
    conclusion,
    output: { title, summary },
  };
  const existing = await findCheckRun(repository, commit, marker);
  const response =
    existing === undefined
      ? await call(repository, "POST", runs, { ...body, head_sha: commit })
      : await call(repository, "PATCH", `${runs}/${existing}`, body);
  return (JSON.parse(response.text) as { html_url: string }).html_url;
}

/** The id of the check run that was written with this marker. */
export async function findCheckRun(
  repository: Repository,
  commit: string,
  marker: string,
): Promise<number | undefined> {
  const first = `/repos/${repository.repository}/commits/${commit}/check-runs?per_page=100`;
  for await (const { check_runs } of pages<ListedCheckRuns>(repository, first)) {
    const found = check_runs.find(({ external_id }) => external_id === marker);
    if (found !== undefined) return found.id;
  }
  return undefined;
}
