/** Updates the comments about environments of pull requests when a sweep finds one expired. */

import type { Repository } from "../github/client";
import { editComment } from "../github/comments";
import { environmentMarker, renderEnd, withEnd } from "../preview-env/report";
import { type Environment, environmentOf, type TagReader } from "./environment";
import { type ExpiredStack, reasonFor } from "./expired";

/** An expired stack that is the environment of a pull request. */
export interface ExpiredEnvironment extends Pick<Environment, "number" | "base"> {
  readonly stack: ExpiredStack;
}

/** The expired stacks that `npm run preview-env` created, identified by their tag. */
export async function environmentsAmong(
  expired: readonly ExpiredStack[],
  pulumi: TagReader,
): Promise<ExpiredEnvironment[]> {
  const found: ExpiredEnvironment[] = [];
  for (const stack of expired) {
    const environment = await environmentOf(stack, pulumi);
    if (environment !== undefined) found.push({ stack, ...environment });
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
