/**
 * Finds manual changes: `npm run --silent drift -- --stack NAME [--issue]`. It compares the state
 * with the systems without changing either, and can keep an issue on GitHub up to date.
 */

import { renderDrift } from "./drift/report";
import { closeIssue, upsertIssue } from "./github/issues";
import { markerOf } from "./github/marker";
import { GITHUB_VARIABLES, repositoryFromEnvironment } from "./github/variables";
import { changedResources } from "./preview/changed-resources";
import { errorsOf } from "./preview/preview-json";
import { runPreview } from "./preview/run-preview";
import { runScript } from "./run-script";
import { readOptions, requireStack } from "./script-arguments";

const usage = `usage: npm run --silent drift -- --stack NAME [--issue]

Compares the state of the stack with the systems, without changing either.
  --issue   keeps one issue per stack on GitHub, open while there is drift. Environment variables:
${GITHUB_VARIABLES}

Exit codes: 0 no drift; 1 the comparison failed; 6 drift was found
`;

/** The exit code if drift was found. */
const DRIFTED = 6;

async function main(): Promise<number> {
  const { issue, ...values } = readOptions(usage, {
    stack: { type: "string" },
    issue: { type: "boolean", default: false },
  });
  const stack = requireStack(values.stack, usage);
  const repository = issue ? repositoryFromEnvironment() : undefined;
  const { preview, failed } = await runPreview(stack, { refresh: true });
  if (failed) {
    for (const error of errorsOf(preview)) console.error(error);
    return 1;
  }
  const drifted = changedResources(preview);
  const { title, body, summary } = renderDrift(stack, drifted);
  process.stdout.write(`${summary.join("\n")}\n`);
  if (repository !== undefined) {
    const marker = markerOf("drift", stack);
    if (drifted.length > 0) await upsertIssue(repository, { marker, title, body });
    else await closeIssue(repository, marker);
  }
  return drifted.length > 0 ? DRIFTED : 0;
}

runScript("drift", main);
