/**
 * Lists expired stacks and objects that deleted stacks left behind, and deletes them with --yes:
 * `npm run --silent sweep -- --stack NAME [--yes] [--json]`.
 */
// before the SDK is loaded: skips the modules that this program does not use
import "../program/sdk-workarounds";
import { GITHUB_VARIABLES } from "./github/variables";
import { runScript } from "./run-script";
import { readOptions, requireStack } from "./script-arguments";
import { type SweepOptions, sweep } from "./sweep/sweep";

const usage = `usage: npm run --silent sweep -- --stack NAME [OPTIONS]

Lists expired stacks, and objects that deleted stacks left behind.
  --stack   the stack whose configuration connects to Pachyderm, Kubernetes and Google Cloud; it must be
            deployed, so that its state identifies the clusters
  --yes     deletes everything listed as left behind, and destroys the stacks listed as expired
  --json    prints JSON
  --comment updates the comments about expired environments of pull requests. Environment variables:
${GITHUB_VARIABLES}

If GITHUB_TOKEN and GITHUB_REPOSITORY are set, environments of pull requests that are closed or no
longer have their label count as expired.

Exit codes: 0 nothing is left behind, or all of it was deleted; 1 a lookup or deletion failed; 6
objects or stacks are left behind
`;

async function main(): Promise<number> {
  return await sweep(readArguments(), process.env, {
    print: (line) => process.stdout.write(`${line}\n`),
    // standard output may be JSON
    report: (line) => console.error(line),
  });
}

function readArguments(): SweepOptions {
  const { stack, yes, json, comment } = readOptions(usage, {
    stack: { type: "string" },
    yes: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    comment: { type: "boolean", default: false },
  });
  return { stack: requireStack(stack, usage), yes, json, comment };
}

runScript("sweep", main);
