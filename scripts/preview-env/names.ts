/** Names of stacks. */

/** The stack with this name in the organization and project of another stack. */
export function beside(stack: string, name: string): string {
  return stack.replace(/[^/]*$/, name);
}

/** The number of the pull request whose environment would have this name. */
export function pullRequestIn(stack: string): number | undefined {
  const number = /^pr-([1-9]\d{0,9})$/.exec(stack)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The stack for a pull request, next to the one that it is for. */
export function environmentStack(base: string, number: number): string {
  return beside(base, `pr-${number}`);
}
