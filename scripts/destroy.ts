/**
 * Destroys a stack after its name was given twice: `npm run --silent destroy -- --stack NAME
 * --confirm NAME`. A stack with protected resources is refused.
 */
import { refuseDestroy } from "./destroy/refusal";
import { parseState, resourcesIn } from "./exported-state";
import { runPulumi } from "./pulumi";
import { runInTerminal } from "./run-in-terminal";
import { runScript } from "./run-script";
import { readOptions, requireStack } from "./script-arguments";

const usage = `usage: npm run --silent destroy -- --stack NAME --confirm NAME [--remove-stack]

Runs \`pulumi destroy\` on the stack. Refuses a stack with protected resources before anything is
deleted.
  --confirm NAME    the name of the stack again
  --remove-stack    then removes the stack and its history from the backend; keeps its stack file

Exit codes: 0 the stack is destroyed; 1 it is refused, or a resource cannot be deleted
`;

async function main(): Promise<number> {
  const { stack, confirmation, isRemoved } = readArguments();
  const { stdout } = await runPulumi(["stack", "export", "--stack", stack]);
  const state = parseState(stdout, stack);
  const refusal = refuseDestroy(stack, confirmation, state);
  for (const line of refusal) console.error(line);
  if (refusal.length > 0) return 1;
  if (resourcesIn(state).length > 0) {
    const code = await runInTerminal("pulumi", ["destroy", "--yes", "--stack", stack]);
    if (code !== 0) return 1;
  } else {
    console.log(`stack ${stack} has no resources`);
  }
  if (!isRemoved) return 0;
  const remove = ["stack", "rm", "--yes", "--preserve-config", "--stack", stack];
  return (await runInTerminal("pulumi", remove)) === 0 ? 0 : 1;
}

function readArguments() {
  const values = readOptions(usage, {
    stack: { type: "string" },
    confirm: { type: "string" },
    "remove-stack": { type: "boolean", default: false },
  });
  const stack = requireStack(values.stack, usage);
  const { confirm: confirmation, "remove-stack": isRemoved } = values;
  if (confirmation === undefined) {
    throw new Error(`--confirm is required; expected the name of the stack again\n${usage}`);
  }
  return { stack, confirmation, isRemoved };
}

runScript("destroy", main);
