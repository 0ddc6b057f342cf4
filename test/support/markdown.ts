/** What of GitHub's Markdown the tests of comments have to read. */

/** The cells of a row of a table: it is split at the pipes that no backslash escapes. */
export function cellsOf(row: string): string[] {
  return row.split(/(?<!\\)\|/).slice(1, -1);
}

/**
 * A text without its blocks and spans of code, in which nothing is markup. A span ends at the first
 * run of as many backticks as began it.
 */
export function outsideCode(markdown: string): string {
  const lines: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split("\n")) {
    const [, found] = /^(`{3,})[a-z]*$/.exec(line) ?? [];
    if (fence !== undefined) {
      if (line === fence) fence = undefined;
    } else if (found !== undefined) fence = found;
    else lines.push(line.replace(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, "CODE"));
  }
  return lines.join("\n");
}
