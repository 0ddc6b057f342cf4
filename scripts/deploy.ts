/**
 * Applies a reviewed plan: `npm run --silent deploy -- --stack NAME --fingerprint F`. It previews
 * the stack again, and continues only if the plan is still the same.
 */

import { GITHUB_VARIABLES } from "./github/variables";
import { currentlyInPlace, currentPlan } from "./plan/current-plan";
import { openReview, printRefusal, type ReviewOptions } from "./plan/review";
import { errorsOf } from "./preview/preview-json";
import { runPreview } from "./preview/run-preview";
import { runInTerminal } from "./run-in-terminal";
import { runScript } from "./run-script";
import { readOptions, requireStack } from "./script-arguments";
import { describeLocks, isLocked } from "./stack-update/lock";
import { readLocks } from "./stack-update/read-locks";

const usage = `usage: npm run --silent deploy -- --stack NAME (--reviewed | --fingerprint F | --plan FILE [--fingerprint F])

Previews the stack again, and runs \`pulumi up\` if the plan is still the reviewed one, which is
  --fingerprint F   the plan with this fingerprint, as printed by \`npm run plan\`
  --plan FILE       the plan in this plan.json of \`npm run plan\`, or what remains of it; with
                    --fingerprint, FILE must contain the plan with that fingerprint
  --reviewed        the plan in the comment of the pull request that introduced the checked out
                    commit, combined with those of other pull requests that were merged since the
                    last deployment. Environment variables:
${GITHUB_VARIABLES}

Exit codes: 0 success; 1 the preview or the update failed; 4 the plan is not the reviewed one; 5 the
commit is older than the last deployed one
`;

async function main(): Promise<number> {
  const { stack, options } = readArguments();
  const review = await openReview(stack, options);
  if ("code" in review) return printRefusal(review);
  const { preview, failed } = await runPreview(stack, { showSames: true });
  if (failed) return printRefusal({ code: 1, lines: errorsOf(preview) });
  const plan = await currentPlan(preview, stack);
  const { refusal, remark } = await review.compare(plan, currentlyInPlace(preview, stack));
  if (refusal !== undefined) return printRefusal(refusal);
  if (remark !== undefined) console.error(remark);
  return await applyPlan(stack);
}

async function applyPlan(stack: string): Promise<number> {
  let said = "";
  const args = ["up", "--yes", "--skip-preview", "--stack", stack];
  const code = await runInTerminal("pulumi", args, (text) => {
    said += text;
  });
  if (code !== 0 && isLocked(said)) {
    const locked = describeLocks(stack, await readLocks(stack, said));
    console.error(
      `${locked}, so nothing was changed: wait until that update has ended, then deploy again. If it was killed, run \`pulumi cancel --yes --stack ${stack}\` and \`pulumi refresh --yes --clear-pending-creates --stack ${stack}\` first (docs/operations.md, "Recover from an interrupted update")`,
    );
  }
  return code;
}

function readArguments(): { stack: string; options: ReviewOptions } {
  const { stack, ...options } = readOptions(usage, {
    stack: { type: "string" },
    fingerprint: { type: "string" },
    plan: { type: "string" },
    reviewed: { type: "boolean" },
  });
  const name = requireStack(stack, usage);
  const isNamed = options.fingerprint !== undefined || options.plan !== undefined;
  if ((options.reviewed ?? false) === isNamed) {
    throw new Error(`expected --reviewed, or --fingerprint, --plan or both\n${usage}`);
  }
  return { stack: name, options };
}

runScript("deploy", main);
