/** Throws all problems as one message; does nothing if there are none. */
export function refuse(
  problems: readonly string[],
  heading = `${problems.length} problems; nothing was written`,
): void {
  const [only] = problems;
  if (only === undefined) return;
  throw new Error(problems.length === 1 ? only : listOf(heading, problems));
}

/** A heading with lines below it. */
export function listOf(heading: string, lines: readonly string[]): string {
  return `${heading}:${lines.map((line) => `\n  ${line}`).join("")}`;
}
