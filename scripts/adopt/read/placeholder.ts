/**
 * Placeholders, which a tool such as envsubst, Helm or sed replaces before pachctl reads the file.
 */

const SOURCE = String.raw`\$\{[^}\n]*\}|\$[A-Za-z_]\w*|\{\{[^\n]*?\}\}`;

/** The first placeholder in a text. */
export function findPlaceholder(text: string): string | undefined {
  return new RegExp(SOURCE).exec(text)?.[0];
}

/** The placeholder that begins at an offset. */
export function placeholderAt(text: string, offset: number): string | undefined {
  const pattern = new RegExp(SOURCE, "y");
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

/** What to do about a placeholder. */
export function substituteFirst(placeholder: string): string {
  const tool = placeholder.startsWith("$")
    ? "for example with `envsubst < FILE`"
    : "with the tool that the file was written for";
  return `contains the placeholder ${placeholder}: substitute it first, ${tool}, and pass the result`;
}
