import { type CommentInput, concernOf, renderSummary, verdictLine } from "./comment";
import { cut } from "./escape";
import { call, pages, type Repository } from "./github";

/** What a check of a commit shows: https://docs.github.com/rest/checks/runs */
export interface CheckRun {
  /** `neutral` does not fail the check, but is not shown as a success either. */
  readonly conclusion: "success" | "neutral" | "failure";
  /** Plain text. */
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
}

const CONCLUSIONS = { failure: "failure", attention: "neutral", none: "success" } as const;

/** The check run of a preview: it fails if the preview fails or the costs exceed the budget. */
export function checkRunOf(input: CommentInput): CheckRun {
  const title = `${input.stack}: ${verdictLine(input)}`;
  return {
    conclusion: CONCLUSIONS[concernOf(input)],
    title: cut(title, 200),
    // GitHub requires one
    summary: renderSummary(input) || title,
  };
}

/**
 * The check run of a fork's commit, which nobody previews. A branch rule that requires the check would
 * otherwise block every fork; neutral lets it pass.
 */
export function unplanned(stack: string): CheckRun {
  return {
    conclusion: "neutral",
    title: `${cut(stack, 100)}: not planned, because a fork gets no credentials`,
    summary:
      "Nothing was previewed and no budget was checked: the comment shows which pipelines change. " +
      "After the merge, the deployment is refused, because nobody reviewed its plan, until " +
      "somebody reads that plan and runs the workflow `up` by hand with its fingerprint.",
  };
}

/** Reads the check run that `npm run plan` wrote. */
export function readCheckRun(json: string, file: string): CheckRun {
  let check: Partial<CheckRun> | null;
  try {
    check = JSON.parse(json) as Partial<CheckRun> | null;
  } catch {
    throw new Error(`${file} is not a check run: it is not valid JSON`);
  }
  const { conclusion, title, summary } = check ?? {};
  const isKnown = Object.values(CONCLUSIONS).some((one) => one === conclusion);
  if (!isKnown || typeof title !== "string" || typeof summary !== "string") {
    throw new Error(`${file} is not a check run of this version of \`npm run plan\``);
  }
  return { conclusion: conclusion as CheckRun["conclusion"], title, summary };
}

interface ListedCheckRuns {
  readonly check_runs: readonly { readonly id: number; readonly external_id?: string | null }[];
}

/** Writes the check run of a stack on a commit, in place of the one before; returns its address. */
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
