/** Names of stacks. */

/** A stack's name without organization and project, as its file has it. */
export const plainName = (stack: string) => stack.split("/").at(-1) ?? stack;

/** A stack with this name in the organization and project of another. */
export function beside(stack: string, name: string): string {
  return stack.replace(/[^/]*$/, name);
}

/** The stack for a pull request, beside the one that it is for. */
export function environmentStack(base: string, number: number): string {
  return beside(base, `pr-${number}`);
}
