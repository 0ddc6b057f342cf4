/** Prints the costs of a stack's changes in advance: docs/change-costs.md. */
import { costTable } from "./cost/cost-table";
import { previewCosts } from "./cost/preview-costs";
import { changingSteps, errorsOf } from "./preview/preview-json";
import { runScript } from "./run-script";
import { readStackAndJson } from "./script-arguments";

const usage = `usage: npm run --silent cost -- --stack NAME [--json]

Previews the stack and prints the costs of its changes, as text or JSON.
Exit codes: 0 success; 1 the preview failed; 3 the costs exceed the budget
`;

const PREVIEW_FAILED = 1;
const OVER_BUDGET = 3;

async function main(): Promise<number> {
  const { stack, json } = readStackAndJson(usage);
  const { preview, failed, costs } = await previewCosts(stack);
  process.stdout.write(
    json ? `${JSON.stringify(costs, null, 2)}\n` : costTable(costs, changingSteps(preview).length),
  );
  if (failed) {
    const errors = errorsOf(preview);
    console.error(`cost: the preview failed: ${errors.join("; ") || "no reason given"}`);
    return PREVIEW_FAILED;
  }
  return costs.budget.breaches.length > 0 ? OVER_BUDGET : 0;
}

runScript("cost", main);
