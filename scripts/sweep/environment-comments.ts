/** Updates the comments about environments of pull requests when a sweep finds one expired. */

import type { Repository } from "../github/client";
import { editComment } from "../github/comments";
import { pullRequestIn } from "../preview-env/names";
import { BASE_TAG } from "../preview-env/ownership";
import { environmentMarker, renderEnd, withEnd } from "../preview-env/report";
import { type ExpiredStack, reasonFor } from "./expired";
import type { Pulumi } from "./pulumi";
import { formatStack } from "./stacks";

/** An expired stack that is the environment of a pull request for stack `base`. */
export interface ExpiredEnvironment {
  readonly stack: ExpiredStack;
  readonly number: number;
  readonly base: string;
}

/** The expired stacks that `npm run preview-env` created, identified by their tag. */
export async function environmentsAmong(
  expired: readonly ExpiredStack[],
  pulumi: Pick<Pulumi, "readTags">,
): Promise<ExpiredEnvironment[]> {
  const found: ExpiredEnvironment[] = [];
  for (const stack of expired) {
    const number = pullRequestIn(stack.stack);
    if (number === undefined) continue;
    const { [BASE_TAG]: base } = await pulumi.readTags(formatStack(stack));
    if (base !== undefined) found.push({ stack, number, base });
  }
  return found;
}

/**
 * Edits existing comments about environments. Returns the problems; the other comments are still
 * edited.
 */
export async function commentOnExpired(
  environments: readonly ExpiredEnvironment[],
  remains: (stack: ExpiredStack) => boolean,
  repository: Repository,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { stack, number, base } of environments) {
    const { stack: name } = stack;
    const reason = reasonFor(stack);
    const change = remains(stack)
      ? (body: string) => withEnd(body, reason)
      : () => renderEnd(base, name, `is destroyed: ${reason}`);
    try {
      await editComment({ ...repository, number }, environmentMarker(base), change);
    } catch (error) {
      problems.push(`the comment about stack ${name}: ${(error as Error).message}`);
    }
  }
  return problems;
}
