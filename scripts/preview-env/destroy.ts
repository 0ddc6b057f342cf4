import { readState } from "../stack-update/state";
import { updateStack } from "../stack-update/update-stack";
import type { Arguments, Result } from "./arguments";
import { BASE_TAG, requireOwn } from "./ownership";
import { renderEnd } from "./report";
import { readTags, removeStack } from "./stack";

/** Destroys the environment and removes its stack; neither needs the pull request's branch. */
export async function destroy(args: Arguments, stack: string): Promise<Result> {
  const state = await readState(stack);
  if (state === undefined) {
    const text = renderEnd(args.base, stack, "does not exist");
    return { code: 0, text, isOnlyEdit: true };
  }
  requireOwn(args, { name: stack, state, base: (await readTags(stack))[BASE_TAG] });
  if ((await updateStack(args, stack, ["destroy"])).code !== 0) {
    const what = "could not be destroyed: see the log of the workflow";
    return { code: 1, text: renderEnd(args.base, stack, what) };
  }
  await removeStack(stack);
  return { code: 0, text: renderEnd(args.base, stack, "is destroyed") };
}
