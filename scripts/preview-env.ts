/**
 * The environment of a pull request: `npm run preview-env -- --stack NAME --pull-request NUMBER`
 * creates or updates it beside the stack that the pull request is for, on that stack's data.
 */
import { repositoryFromEnvironment } from "./comment/environment";
import { upsertComment } from "./comment/github";
import { markerOf } from "./comment/marker";
import { type Arguments, type Result, readArguments } from "./preview-env/arguments";
import { destroy } from "./preview-env/destroy";
import { renderEnd } from "./preview-env/report";
import { environmentStack } from "./preview-env/stack";
import { up } from "./preview-env/up";
import { runScript } from "./run-script";

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  const tell = commentWriter(args);
  const stack = environmentStack(args.base, args.number);
  const { code, text } = await perform(args, stack);
  // without the marker; what went wrong is on standard error
  if (code === 0) process.stdout.write(`\n${text.replace(/^.*\n/, "")}`);
  await tell(text);
  return code;
}

/** Does what is asked; what goes wrong is on standard error, and the comment says so as well. */
async function perform(args: Arguments, stack: string): Promise<Result> {
  try {
    return await (args.destroy ? destroy(args, stack) : up(args, stack));
  } catch (error) {
    console.error(`preview-env: ${(error as Error).message}`);
    const verb = args.destroy ? "destroyed" : "updated";
    const what = `could not be ${verb}: see the log of the workflow`;
    return { code: 1, text: renderEnd(args.base, stack, what) };
  }
}

/** Writes the comment into the pull request, if that is asked for. */
function commentWriter({ base, number, comment }: Arguments): (text: string) => Promise<void> {
  if (!comment) return async () => undefined;
  const pullRequest = { ...repositoryFromEnvironment(), number };
  return async (text) => {
    await upsertComment(pullRequest, markerOf("environment", base), text);
  };
}

runScript("preview-env", main);
