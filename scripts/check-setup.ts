/**
 * Checks, in a workflow's job, that the job can log in and connect: `npm run --silent check-setup
 * -- --environment NAME --stack NAME`. Without this check, the first step that needs a variable
 * would fail with a message that does not say where to set it.
 */
// before the SDK is loaded: skips the modules that this program does not use
import "../program/sdk-workarounds";
import { repository } from "../command-line/repository";
import { type Connection, connectionOf } from "./check-setup/connection";
import { setupProblems } from "./check-setup/problems";
import { runScript } from "./run-script";
import { readOptions, requireStack } from "./script-arguments";
import { setOutputs } from "./workflow-outputs";

const usage = `usage: npm run --silent check-setup -- --environment NAME --stack NAME

Checks the variables of the GitHub environment NAME, which a workflow passes as environment variables,
and whether a runner can reach the cluster and the Pachyderm server in the stack's file. If
GITHUB_OUTPUT is set, it also sets the step outputs cluster_project and port_forward.
`;

async function main(): Promise<number> {
  const options = { environment: { type: "string" }, stack: { type: "string" } } as const;
  const { environment, stack: given } = readOptions(usage, options);
  if (environment === undefined) throw new Error(`--environment is required\n${usage}`);
  const stack = requireStack(given, usage);
  const connection = connectionOf(stack, repository, process.env);
  const problems = [...setupProblems(environment, process.env), ...connection.problems];
  // as an annotation, the message is shown in the summary of the run
  const prefix = process.env.GITHUB_ACTIONS === "true" ? "::error title=setup::" : "";
  for (const problem of problems) console.log(`${prefix}${problem}`);
  if (problems.length > 0) return 1;
  setOutputs(outputs(connection));
  return 0;
}

function outputs({ clusterProject = "", portForward = "" }: Connection) {
  return { cluster_project: clusterProject, port_forward: portForward };
}

runScript("check-setup", main);
