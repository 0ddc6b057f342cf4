/** A path inside a value: property names and list indexes from the outside in. */
export type PropertyPath = readonly (string | number)[];

/**
 * Writes a path as the Pulumi engine reads it: `spec.transform.env["A.B"][0]`. Names that are not
 * plain identifiers are quoted; otherwise the engine would split them at their dots.
 *
 * Inside quotes, the engine reads `\\"` as a quote and any other backslash literally, so a name
 * that ends with a backslash cannot be quoted. Without quotes, it reads up to the next `.` or `[`.
 * A name that can be written neither way ends the path, which then refers to the parent.
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

/** The part of a value at a path; undefined where there is none. */
export function partAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (part, key) => (typeof part === "object" && part !== null ? Reflect.get(part, key) : undefined),
    value,
  );
}

/**
 * Reads a path as the Pulumi engine does: `ParsePropertyPath` in sdk/go/common/resource. A path
 * that the engine does not accept ends before its first invalid part.
 */
export function parsePath(path: string): PropertyPath {
  const steps: (string | number)[] = [];
  let rest = path;
  while (rest !== "") {
    const [match, quoted, index, name] =
      /^\.?(?:\["((?:\\"|[^"])*)"\]|\[(\d+)\]|([^.[]+))/.exec(rest) ?? [];
    if (match === undefined) break;
    if (quoted !== undefined) steps.push(quoted.replaceAll('\\"', '"'));
    else steps.push(index === undefined ? (name ?? "") : Number(index));
    rest = rest.slice(match.length);
  }
  return steps;
}

function formatName(name: string): string | undefined {
  if (/^[A-Za-z_$][\w$-]*$/.test(name)) return `.${name}`;
  if (!name.endsWith("\\")) return `["${name.replaceAll('"', '\\"')}"]`;
  return /[.[]/.test(name) ? undefined : `.${name}`;
}
