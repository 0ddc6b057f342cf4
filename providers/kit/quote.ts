/** The number of characters of a value that a message shows. */
const LONGEST = 60;

/** A string in JSON quotes, truncated if it is long. */
export function quoted(text: string): string {
  return JSON.stringify(shortened(text));
}

/** A string, truncated if it is long. */
export function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  // do not split a surrogate pair
  const end = /[\ud800-\udbff]/.test(text[LONGEST - 1] ?? "") ? LONGEST - 1 : LONGEST;
  return `${text.slice(0, end)}…`;
}
