import { pullRequestIn } from "../preview-env/names";
import { BASE_TAG, LABEL_TAG } from "../preview-env/ownership";
import { formatStack, type StackName } from "./stacks";

/** The environment of a pull request, which `npm run preview-env` created. */
export interface Environment {
  /** The number of the pull request. */
  readonly number: number;
  /** The stack that it is for. */
  readonly base: string;
  /** The label without which it ends; undefined if it was created without one. */
  readonly label: string | undefined;
}

/** Reads the tags of a stack, by name. */
export interface TagReader {
  readTags(stack: string): Promise<Readonly<Record<string, string>>>;
}

/**
 * The environment that a stack is, by its name and its tags; undefined if it is not one. Reads the
 * tags only if the name is that of an environment.
 */
export async function environmentOf(
  stack: StackName,
  reader: TagReader,
): Promise<Environment | undefined> {
  const number = pullRequestIn(stack.stack);
  if (number === undefined) return undefined;
  const { [BASE_TAG]: base, [LABEL_TAG]: label } = await reader.readTags(formatStack(stack));
  return base === undefined ? undefined : { number, base, label };
}
