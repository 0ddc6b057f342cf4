/** Joins the lines of a text into one. */
export function oneLine(text: string, separator = " "): string {
  return text.trim().replace(/\s*\n\s*/g, separator);
}
