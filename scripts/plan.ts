/**
 * Previews a stack and writes the plan, the comment and the check for a pull request: `npm run
 * --silent plan -- --stack NAME --out FOLDER`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkRunOf } from "./comment/check-run";
import { type CommentInput, renderComment } from "./comment/comment";
import { previewCosts } from "./cost/preview-costs";
import { findDrift } from "./drift/find-drift";
import { commitName, pullRequestNumber } from "./github/arguments";
import { currentlyInPlace, currentPlan } from "./plan/current-plan";
import { headCommit } from "./plan/git";
import { hasChanges, type Plan } from "./plan/plan";
import { planReport } from "./plan/report";
import {
  type Comparison,
  openReview,
  printRefusal,
  type Refusal,
  type Review,
  type ReviewOptions,
} from "./plan/review";
import { errorsOf, type Preview } from "./preview/preview-json";
import { runScript } from "./run-script";
import { readOptions, requireStack } from "./script-arguments";
import { setOutputs } from "./workflow-outputs";

const usage = `usage: npm run --silent plan -- --stack NAME [--out FOLDER] [--pull-request NUMBER] [--commit C]
                                 [--reviewed | --fingerprint F]

Previews the stack and prints the changes, their costs and the plan's fingerprint. Writes into FOLDER
  plan.json     the plan with hashes in place of values, for \`npm run deploy\`
  comment.md    the comment for the pull request, for \`npm run comment\`
  check.json    the check run for its head commit, for \`npm run comment -- --check\`
For the comment, it also looks for manual changes. The comment names the pull request and the commit;
the default of --commit is the checked out commit. With --reviewed or --fingerprint, it also checks
that the plan is the reviewed one, as \`npm run deploy\` does, and exits with the result of this check.
With --reviewed, a plan without changes needs no review. In a workflow, it also sets the step outputs
fingerprint and changes (true or false).
Exit codes: 0 success; 1 the preview failed, or no plan was reviewed; 3 the costs exceed the budget;
4 the plan is not the reviewed one; 5 the commit is older than the last deployed one
`;

const PREVIEW_FAILED = 1;
const NOT_REVIEWED = 1;
const OVER_BUDGET = 3;

async function main(): Promise<number> {
  const { out, review: options, ...args } = readArguments();
  const review = options && (await openReviewOrRefuse(args.stack, options));
  // a plan of a commit older than the deployed one would revert its changes
  if (review !== undefined && "code" in review && !review.isPlanWorthReading) {
    return printRefusal(review);
  }
  const input = await readInput(args, out !== undefined);
  const { preview, costs, plan } = input;
  const comparison = review && plan && (await compareWith(review, options ?? {}, plan, preview));
  if (comparison?.remark !== undefined) console.error(comparison.remark);
  // for the comment, no lines mean that the plan can be approved
  const lines = comparison && (comparison.refusal?.lines ?? []);
  if (out !== undefined) writeFiles(out, { ...input, refusal: lines });
  process.stdout.write(planReport(input));
  for (const error of errorsOf(preview)) console.error(`plan: ${error}`);
  if (plan === undefined) return PREVIEW_FAILED;
  setOutputs({ fingerprint: plan.fingerprint, changes: String(hasChanges(plan)) });
  if (comparison !== undefined) return printComparison(comparison);
  return (costs?.budget.breaches ?? []).length > 0 ? OVER_BUDGET : 0;
}

/** Opens the review. If no plan was reviewed, the current plan is refused, but still shown. */
async function openReviewOrRefuse(
  stack: string,
  options: ReviewOptions,
): Promise<Review | Refusal> {
  try {
    return await openReview(stack, options);
  } catch (error) {
    return { code: NOT_REVIEWED, lines: [(error as Error).message], isPlanWorthReading: true };
  }
}

/** Compares the plan with the review, if it needs one. */
async function compareWith(
  review: Review | Refusal,
  { reviewed = false }: ReviewOptions,
  plan: Plan,
  preview: Preview,
): Promise<Comparison> {
  // a plan without changes needs no review
  if (reviewed && !hasChanges(plan)) return {};
  if ("code" in review) return { refusal: review };
  return await review.compare(plan, currentlyInPlace(preview, plan.stack));
}

/** Prints why the plan is refused, if it is, and returns the exit code. */
function printComparison({ refusal }: Comparison): number {
  return refusal === undefined ? 0 : printRefusal(refusal);
}

type Arguments = Pick<CommentInput, "stack" | "pullRequest" | "commit">;

async function readInput(args: Arguments, withDrift: boolean): Promise<CommentInput> {
  const { stack } = args;
  const commit = args.commit ?? (await headCommit());
  const [costed, drift] = await Promise.all([
    previewCosts(stack).catch(neverBegan),
    withDrift ? findDrift(stack) : undefined,
  ]);
  const { preview, costs } = costed;
  const failed = errorsOf(preview).length > 0;
  const plan = failed ? undefined : await currentPlan(preview, stack);
  return { ...args, commit, preview, costs, plan, drift };
}

/**
 * A preview that could not start, for example because the stack does not exist: it has only an
 * error.
 */
function neverBegan({ message }: Error): Pick<CommentInput, "preview" | "costs"> {
  const preview = { steps: [], diagnostics: [{ severity: "error", message }] };
  return { preview, costs: undefined };
}

function writeFiles(folder: string, input: CommentInput): void {
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "comment.md"), renderComment(input));
  writeFileSync(join(folder, "check.json"), json(checkRunOf(input)));
  if (input.plan !== undefined) writeFileSync(join(folder, "plan.json"), json(input.plan));
}

function readArguments(): Arguments & {
  readonly out: string | undefined;
  readonly review: ReviewOptions | undefined;
} {
  const values = readOptions(usage, {
    stack: { type: "string" },
    out: { type: "string" },
    "pull-request": { type: "string" },
    commit: { type: "string" },
    reviewed: { type: "boolean" },
    fingerprint: { type: "string" },
  });
  const { stack, out, "pull-request": number, commit, reviewed, fingerprint } = values;
  if (reviewed && fingerprint !== undefined) {
    throw new Error(`expected at most one of --reviewed and --fingerprint\n${usage}`);
  }
  return {
    stack: requireStack(stack, usage),
    out,
    review: reviewed || fingerprint !== undefined ? { reviewed, fingerprint } : undefined,
    pullRequest: number === undefined ? undefined : pullRequestNumber(number),
    commit: commit === undefined ? undefined : commitName(commit),
  };
}

runScript("plan", main);
