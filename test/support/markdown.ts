/** The parts of GitHub's Markdown that the tests of comments have to parse. */

/** The cells of a table row, which is split at the pipes that no backslash escapes. */
export function cellsOf(row: string): string[] {
  return row.split(/(?<!\\)\|/).slice(1, -1);
}

/**
 * A text without its code blocks and spans, which contain no markup. A span ends at the first run
 * of as many backticks as began it.
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
