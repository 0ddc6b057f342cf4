/**
 * Escapes untrusted text in comments: names of repos and pipelines, values, errors. It must not end
 * a table cell, a code span or a block, mention a user, or hide the text itself.
 */

/**
 * Invisible characters: control characters, and those that change the text direction or have no
 * width.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;

/**
 * A text on one line without invisible characters; incomplete characters, which JSON allows, are
 * replaced.
 */
export function visible(text: string): string {
  return text.replace(/\p{Cs}/gu, "\uFFFD").replace(INVISIBLE, " ");
}

/** A text as a code span, in which nothing is markup or a mention. */
export function code(text: string): string {
  const shown = visible(text).trim() || " ";
  const fence = "`".repeat(longestRun(shown) + 1);
  const padding = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return `${fence}${padding}${shown}${padding}${fence}`;
}

/** Cells of a table as a row; GitHub splits it at its pipes before it reads code spans. */
export function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

const LONGEST_NAME = 120;

/**
 * The name of a stack, pipeline, resource or similar as code, cut if it is longer than any real
 * name.
 */
export function codeName(name: string): string {
  return code(cut(name, LONGEST_NAME));
}

/** Lines as a code block. */
export function block(lines: readonly string[], language = ""): string {
  const shown = lines.flatMap((line) => line.split(/\r\n|\r|\n/)).map(visible);
  const fence = "`".repeat(Math.max(3, longestRun(shown.join("\n")) + 1));
  return `${fence}${language}\n${shown.join("\n")}\n${fence}`;
}

/**
 * A text as the quoted label of a Mermaid node; special characters are written as character codes.
 */
export function mermaidLabel(text: string): string {
  const escaped = [...visible(text)].map((character) =>
    /[\p{L}\p{N} ./_:-]/u.test(character) ? character : `#${character.codePointAt(0)};`,
  );
  return `"${escaped.join("")}"`;
}

/** A text, cut to a maximum length. */
export function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}
