/** A path inside a value: property names and list indexes from the outside in. */
export type PropertyPath = readonly (string | number)[];

/**
 * Writes a path as the Pulumi engine reads it: `spec.transform.env["A.B"][0]`. Names that are not
 * plain identifiers are quoted; otherwise the engine would split them at their dots.
 *
 * In quotes the engine reads `\\"` as a quote and every other backslash as itself, so that a name
 * that ends with a backslash can't be quoted. Without quotes it reads up to the next `.` or `[`. A
 * name that can be written neither way ends the path, which then refers to the parent.
 */
export function formatPath(path: PropertyPath): string {
  let text = "";
  for (const step of path) {
    const written = typeof step === "number" ? `[${step}]` : formatName(step);
    if (written === undefined) return text;
    text += text === "" && written.startsWith(".") ? written.slice(1) : written;
  }
  return text;
}

function formatName(name: string): string | undefined {
  if (/^[A-Za-z_$][\w$-]*$/.test(name)) return `.${name}`;
  if (!name.endsWith("\\")) return `["${name.replaceAll('"', '\\"')}"]`;
  return /[.[]/.test(name) ? undefined : `.${name}`;
}
