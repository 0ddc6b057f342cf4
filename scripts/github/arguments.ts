/** The number of a pull request, from `--pull-request`. */
export function pullRequestNumber(text: string | undefined): number {
  if (text === undefined)
    throw new Error("--pull-request is required; expected the number of a pull request");
  // a number with more digits would not be exact
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new Error(
    `--pull-request: ${JSON.stringify(text)} is not valid; expected the number of a pull request`,
  );
}

/** The full hash of a commit, from `--commit`. */
export function commitName(text: string | undefined): string {
  if (text === undefined)
    throw new Error("--commit is required; expected the full hash of a commit");
  if (/^[0-9a-f]{40}$/.test(text)) return text;
  throw new Error(
    `--commit: ${JSON.stringify(text)} is not valid; expected the full hash of a commit (40 hex digits)`,
  );
}
