/** Values as TypeScript. Biome formats it afterwards. */

/** The file of a use case. */
export function useCaseSource(constant: string, doc: string, definition: unknown): string {
  return `import type { UseCaseDefinition } from ${literal("../definition")};

/** ${doc.replaceAll("*/", "* /")} */
export const ${constant}: UseCaseDefinition = ${literal(definition)};
`;
}

/** An expression with this value. */
export function literal(value: unknown): string {
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${propertyName(key)}: ${literal(item)}`);
  return `{ ${entries.join(", ")} }`;
}

/** The key of an object, in quotes if it needs them. */
export function propertyName(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

function text(value: string): string {
  const quoted = JSON.stringify(value)
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
  // in quotes, this would look like a template literal without its backticks
  if (!value.includes("${")) return quoted;
  const inside = quoted.slice(1, -1).replaceAll('\\"', '"');
  return `\`${inside.replaceAll("`", "\\`").replaceAll("${", "\\${")}\``;
}

/** The name of the constant for a use case: `churn-model` is `churnModel`. */
export function constantName(useCase: string): string {
  const words = useCase.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const [first = "", ...others] = words;
  const joined = [
    first.charAt(0).toLowerCase() + first.slice(1),
    ...others.map((word) => word.charAt(0).toUpperCase() + word.slice(1)),
  ].join("");
  return /^[a-z]/i.test(joined) && !RESERVED.has(joined) ? joined : `useCase${capital(joined)}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Words that JavaScript does not allow as names, and the registry's own name. */
const RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval " +
    "export extends false finally for function if implements import in instanceof interface let new " +
    "null package private protected public return static super switch this throw true try typeof " +
    "undefined useCases var void while with yield"
  ).split(" "),
);
