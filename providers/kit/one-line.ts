/** A text of several lines on one. */
export function oneLine(text: string, separator = " "): string {
  return text.trim().replace(/\s*\n\s*/g, separator);
}
