/**
 * Checks, in a job of a workflow, that the job can log in: `npm run --silent check-setup --
 * --environment NAME`. Otherwise the first step that needs a variable fails with a message of its own
 * that does not say where the variable belongs.
 */
import { parseArgs } from "node:util";
import { setupProblems } from "./check-setup/problems";
import { runScript } from "./run-script";

const usage = "usage: npm run --silent check-setup -- --environment NAME";

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { environment: { type: "string" } } });
  if (values.environment === undefined) throw new Error(`--environment is required\n${usage}`);
  const problems = setupProblems(values.environment, process.env);
  // as an annotation, the message is on the summary of the run
  const prefix = process.env.GITHUB_ACTIONS === "true" ? "::error title=set-up::" : "";
  for (const problem of problems) console.log(`${prefix}${problem}`);
  return problems.length > 0 ? 1 : 0;
}

runScript("check-setup", main);
