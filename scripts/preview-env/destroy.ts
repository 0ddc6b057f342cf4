import { runInTerminal } from "../run-in-terminal";
import type { Arguments, Result } from "./arguments";
import { recoverStack } from "./recover-stack";
import { renderEnd } from "./report";
import { readState, removeStack } from "./stack";

/** Destroys the environment and removes its stack; neither needs the pull request's branch. */
export async function destroy(args: Arguments, stack: string): Promise<Result> {
  if ((await readState(stack)) === undefined) {
    return { code: 0, text: renderEnd(args.base, stack, "does not exist") };
  }
  const refresh = await recoverStack(args, stack);
  const code = await runInTerminal("pulumi", [
    ...["destroy", "--yes", "--skip-preview", "--stack", stack],
    ...refresh,
  ]);
  if (code !== 0) {
    const what = "could not be destroyed: see the log of the workflow";
    return { code: 1, text: renderEnd(args.base, stack, what) };
  }
  await removeStack(stack);
  return { code: 0, text: renderEnd(args.base, stack, "is destroyed") };
}
