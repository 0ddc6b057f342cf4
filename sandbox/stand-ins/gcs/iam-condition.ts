import { isObject } from "./json";

/**
 * The attributes that conditions on buckets may use:
 * https://docs.cloud.google.com/iam/docs/conditions-attribute-reference
 */
const KNOWN = [
  "resource.name",
  "resource.type",
  "resource.service",
  "request.time",
  "api.getAttribute",
  "startsWith",
  "endsWith",
  "extract",
  "timestamp",
  "duration",
  "true",
  "false",
];

/**
 * What is wrong with the condition of a binding, or undefined. The stand-in does not evaluate
 * permissions or conditions, so it checks only the words, quotes and brackets of the expression.
 */
export function conditionProblem(condition: unknown): string | undefined {
  const { title, expression, description = "" } = isObject(condition) ? condition : {};
  if (typeof title !== "string" || title === "") return "Conditions must have a title.";
  if (title.length > 100) return "The title of a condition can have no more than 100 characters.";
  if (typeof description !== "string" || description.length > 256)
    return "The description of a condition can have no more than 256 characters.";
  if (typeof expression !== "string" || expression === "")
    return "Conditions must have an expression.";
  return isExpression(expression) ? undefined : "Condition expression compilation failed.";
}

function isExpression(text: string): boolean {
  const withoutTexts = text.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, " ");
  if (/["'\\]/.test(withoutTexts) || !isBalanced(withoutTexts)) return false;
  const words = withoutTexts.match(/[A-Za-z_][\w]*(\.[A-Za-z_]\w*)*/g) ?? [];
  // a method call on an attribute
  const attributes = words.map((word) => word.replace(/\.(startsWith|endsWith|extract)$/, ""));
  return attributes.length > 0 && attributes.every((word) => KNOWN.includes(word));
}

function isBalanced(text: string): boolean {
  let open = 0;
  for (const letter of text) {
    if (letter === "(") open++;
    if (letter === ")" && --open < 0) return false;
  }
  return open === 0;
}
