import { editComment, upsertComment } from "../github/comments";
import { isOpenWithLabel, type PullRequest } from "../github/pull-requests";
import { repositoryFromEnvironment } from "../github/variables";
import type { Arguments, Result } from "./arguments";
import { destroy } from "./destroy";
import { environmentStack } from "./names";
import { environmentMarker, renderEnd } from "./report";
import { up } from "./up";

/** Where lines for the user are written: results and errors. */
export interface Output {
  readonly print: (text: string) => void;
  readonly report: (line: string) => void;
}

/** Creates, updates or destroys a pull request's environment, and returns the exit code. */
export async function previewEnv(
  args: Arguments,
  environment: NodeJS.ProcessEnv,
  output: Output,
): Promise<number> {
  const { base, number, comment, label } = args;
  const usesGithub = comment || label !== undefined;
  const pullRequest = usesGithub && { ...repositoryFromEnvironment(environment), number };
  const outdated = pullRequest && (await whyOutdated(args, pullRequest));
  if (outdated) {
    output.print(`${outdated}\n`);
    return 0;
  }
  const result = await perform(args, environmentStack(base, number), output);
  // without the marker; errors are on standard error
  if (result.code === 0) output.print(`\n${result.text.replace(/^.*\n/, "")}`);
  if (pullRequest && comment) {
    const marker = environmentMarker(base);
    if (result.isOnlyEdit) await editComment(pullRequest, marker, () => result.text);
    else await upsertComment(pullRequest, marker, result.text);
  }
  return result.code;
}

/**
 * Why there is nothing to do: the pull request was changed after the event that started this run.
 */
async function whyOutdated(
  { label, destroy: destroys, number }: Arguments,
  pullRequest: PullRequest,
): Promise<string | undefined> {
  if (label === undefined || (await isOpenWithLabel(pullRequest, label)) !== destroys) {
    return undefined;
  }
  return destroys
    ? `pull request ${number} is open and has the label ${label} again: its environment is kept`
    : `pull request ${number} is closed or no longer has the label ${label}: nothing is created`;
}

/** Creates, updates or destroys the environment; errors are reported, also in the comment. */
async function perform(args: Arguments, stack: string, { report }: Output): Promise<Result> {
  try {
    return await (args.destroy ? destroy(args, stack) : up(args, stack));
  } catch (error) {
    report(`preview-env: ${(error as Error).message}`);
    const verb = args.destroy ? "destroyed" : "updated";
    const what = `could not be ${verb}: see the log of the workflow`;
    return { code: 1, text: renderEnd(args.base, stack, what) };
  }
}
