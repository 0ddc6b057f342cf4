/**
 * Previews a stack and writes what a pull request needs of it:
 * `npm run --silent plan -- --stack NAME --out FOLDER`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkRunOf } from "./comment/check-run";
import { renderComment } from "./comment/comment";
import { previewCosts } from "./cost/preview-costs";
import { findDrift } from "./drift/find-drift";
import { currentPlan } from "./plan/current-plan";
import { openReview, type Refusal, refuseUnreviewed } from "./plan/review";
import { runScript } from "./run-script";
import { readOptions, requireStack } from "./script-arguments";
import { setOutputs } from "./workflow-outputs";

const usage = `usage: npm run --silent plan -- --stack NAME [--out FOLDER] [--reviewed | --fingerprint F]

Previews the stack and prints the verdict and the plan's fingerprint. Into FOLDER it writes
  plan.json     the plan with hashes in place of values, for \`npm run deploy\`
  comment.md    the comment for the pull request, for \`npm run comment\`
  check.json    the check run for its head commit, for \`npm run comment -- --check\`
For the comment it also looks for what somebody changed by hand. With --reviewed or --fingerprint, it
also checks that the plan is the reviewed one, as \`npm run deploy\` does; this is the exit code then.
In a workflow, the fingerprint is also an output of the step.
Exit codes: 0 for success; 1 if the preview fails; 3 if the costs exceed the budget; 4 if the plan is
not the reviewed one; 5 if the commit is older than the one that was deployed last.
`;

async function main(): Promise<number> {
  const { stack, out, review: options } = readArguments();
  const review = options && (await openReview(stack, options));
  if (review !== undefined && "code" in review) return refuse(review);
  const [{ preview, failed, costs }, drift] = await Promise.all([
    previewCosts(stack),
    out === undefined ? undefined : findDrift(stack),
  ]);
  const plan = failed ? undefined : await currentPlan(preview, stack);
  const input = { stack, preview, costs, plan, drift };
  const check = checkRunOf(input);
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, "comment.md"), renderComment(input));
    writeFileSync(join(out, "check.json"), `${JSON.stringify(check, null, 2)}\n`);
    if (plan !== undefined) {
      writeFileSync(join(out, "plan.json"), `${JSON.stringify(plan, null, 2)}\n`);
    }
  }
  process.stdout.write(`${check.title}\n`);
  if (plan !== undefined) {
    process.stdout.write(`fingerprint ${plan.fingerprint}\n`);
    setOutputs({ fingerprint: plan.fingerprint });
  }
  if (failed || plan === undefined) return 1;
  if (review !== undefined) {
    const refusal = await refuseUnreviewed(plan, review);
    return refusal === undefined ? 0 : refuse(refusal);
  }
  return costs.budget.breaches.length > 0 ? 3 : 0;
}

function readArguments() {
  const { stack, out, reviewed, fingerprint } = readOptions(usage, {
    stack: { type: "string" },
    out: { type: "string" },
    reviewed: { type: "boolean" },
    fingerprint: { type: "string" },
  });
  if (reviewed && fingerprint !== undefined) {
    throw new Error(`expected one of --reviewed and --fingerprint\n${usage}`);
  }
  const review = reviewed || fingerprint !== undefined ? { reviewed, fingerprint } : undefined;
  return { stack: requireStack(stack, usage), out, review };
}

function refuse({ code, lines }: Refusal): number {
  for (const line of lines) console.error(line);
  return code;
}

runScript("plan", main);
