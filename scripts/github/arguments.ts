/** The number of a pull request, as `--pull-request` gives it. */
export function pullRequestNumber(text: string | undefined): number {
  if (text === undefined)
    throw new Error("--pull-request is required: the number of a pull request");
  // more digits would not be an exact number
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new Error(`--pull-request: ${JSON.stringify(text)} is not the number of a pull request`);
}

/** The full name of a commit, as `--commit` gives it. */
export function commitName(text: string | undefined): string {
  if (text === undefined) throw new Error("--commit is required: the full name of a commit");
  if (/^[0-9a-f]{40}$/.test(text)) return text;
  throw new Error(
    `--commit: ${JSON.stringify(text)} is not the full name of a commit: expected 40 hex digits`,
  );
}
