/** A place inside a value: property names and list indexes from the outside in. */
export type PropertyPath = readonly (string | number)[];

/**
 * Writes a path as the Pulumi engine reads it: `spec.transform.env["A.B"][0]`. Names that are no
 * plain identifiers are quoted, else the engine would split them at their dots.
 */
export function formatPath(path: PropertyPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") {
      text += `[${step}]`;
    } else if (/^[A-Za-z_$][\w$-]*$/.test(step)) {
      text += text === "" ? step : `.${step}`;
    } else {
      text += `["${step.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"]`;
    }
  }
  return text;
}
