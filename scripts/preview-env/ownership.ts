/** Checks whose environment a stack pr-N is: a tag of the stack names the base, in any backend. */

import { readIfThere } from "../../command-line/read-if-there";
import { plainName, stackKey } from "../../config/stack-file";
import { resourcesIn, type State } from "../exported-state";
import type { Arguments } from "./arguments";
import { beside } from "./names";

/** The tag that preview-env gives its stacks; the value is the base's name. */
export const BASE_TAG = stackKey("preview-env-of");

/** The tag with the label without which the pull request's environment is destroyed. */
export const LABEL_TAG = stackKey("preview-env-label");

/** The first line of a stack file that preview-env writes. */
export const FILE_HEADER = "# Derived by npm run preview-env, in each run again.";

/** What is known about an existing stack pr-N. */
export interface ExistingStack {
  readonly name: string;
  readonly state: State;
  /** The value of its tag. */
  readonly base: string | undefined;
}

/**
 * Refuses a stack that is not the environment of the base's pull request. A stack without a tag is
 * accepted if it is empty: a run may have ended before it set the tag.
 */
export function requireOwn(
  { base, number }: Pick<Arguments, "base" | "number">,
  { name, state, base: owner }: ExistingStack,
): void {
  const own = plainName(base);
  if (owner === own) return;
  if (owner !== undefined) {
    throw new Error(
      `stack ${name} is the environment of pull request ${number} for stack ${owner}, not for ${own}. To create one for ${own}, destroy it first: npm run preview-env -- --stack ${beside(base, owner)} --pull-request ${number} --destroy`,
    );
  }
  const pending = state.deployment.pending_operations ?? [];
  if (resourcesIn(state).length + pending.length === 0) return;
  throw new Error(
    `stack ${name} has resources, but no environment tag, so it was not created by npm run preview-env. To let preview-env manage this stack as the environment for ${own}: pulumi stack tag set ${BASE_TAG} ${own} --stack ${name}. To delete the stack: pulumi destroy --stack ${name}, then pulumi stack rm ${name}`,
  );
}

/** Refuses to overwrite a stack file that preview-env did not write: Git ignores the file. */
export function requireOwnFile(file: string, name: string): void {
  if (readIfThere(file) === undefined || isGenerated(file)) return;
  throw new Error(
    `${file} already exists, and was not created by npm run preview-env, which would overwrite it for stack ${name}: move or remove it`,
  );
}

/** Whether preview-env wrote the stack file, and may overwrite it. */
export function isGenerated(file: string): boolean {
  return readIfThere(file)?.startsWith(FILE_HEADER) === true;
}
