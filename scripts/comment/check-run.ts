import type { CheckRun } from "../github/check-runs";
import { cut } from "../markdown/escape";
import { type CommentInput, concernOf, renderSummary, verdictLine } from "./comment";

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
 * The check run of a fork's commit, which is not previewed. A branch rule that requires the check
 * would otherwise block every fork; neutral lets it pass.
 */
export function unplanned(stack: string): CheckRun {
  return {
    conclusion: "neutral",
    title: `${cut(stack, 100)}: not planned, because forks get no credentials`,
    summary:
      "No preview was run and no budget was checked; the comment shows which pipelines change. " +
      "After the merge, the deployment is refused, because its plan was not reviewed, until " +
      "someone reviews that plan and runs the workflow `up` by hand with its fingerprint.",
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
    throw new Error(`${file} was not written by this version of \`npm run plan\``);
  }
  return { conclusion: conclusion as CheckRun["conclusion"], title, summary };
}
