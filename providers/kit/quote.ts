/** How much of a value a message shows. */
const LONGEST = 60;

/** A text in quotes, as JSON writes it; a long one is cut. */
export function quoted(text: string): string {
  return JSON.stringify(shortened(text));
}

/** A text as it is, cut where it is long. */
export function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  // not inside a letter that is written with two units
  const end = /[\ud800-\udbff]/.test(text[LONGEST - 1] ?? "") ? LONGEST - 1 : LONGEST;
  return `${text.slice(0, end)}…`;
}
