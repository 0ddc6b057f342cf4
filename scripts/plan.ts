/**
 * Previews a stack and writes what a pull request needs of it:
 * `npm run --silent plan -- --stack NAME --out FOLDER`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkRunOf } from "./comment/check-run";
import { renderComment } from "./comment/comment";
import { previewCosts } from "./cost/preview-costs";
import { findDrift } from "./drift/find-drift";
import { currentPlan } from "./plan/current-plan";
import { runScript } from "./run-script";

const usage = `usage: npm run --silent plan -- --stack NAME [--out FOLDER]

Previews the stack and prints the verdict and the plan's fingerprint. Into FOLDER it writes
  plan.json     the plan with hashes in place of values, for \`npm run deploy\`
  comment.md    the comment for the pull request, for \`npm run comment\`
  check.json    the check run for its head commit, for \`npm run comment -- --check\`
For the comment it also looks for what somebody changed by hand.
Exit codes: 0 for success; 1 if the preview fails; 3 if the costs exceed the budget.
`;

async function main(): Promise<number> {
  const { stack, out } = readArguments();
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
  if (plan !== undefined) process.stdout.write(`fingerprint ${plan.fingerprint}\n`);
  if (failed) return 1;
  return costs.budget.breaches.length > 0 ? 3 : 0;
}

function readArguments(): { stack: string; out: string | undefined } {
  const { values } = parseArgs({
    options: { stack: { type: "string" }, out: { type: "string" } },
  });
  if (values.stack === undefined) throw new Error(`--stack is required\n${usage}`);
  return { stack: values.stack, out: values.out };
}

runScript("plan", main);
