/** The answers to the questions, and their problems according to the configuration's own checks. */
import { replaced } from "../../config/json-text";
import { type ConfigPath, type Problem, withoutCommands } from "../../config/messages";
import { isBlock, isEncrypted, NAMESPACE, stackKey } from "../../config/stack-file";
import { readValues } from "../../config/values";

/** Values by key, without this project's namespace; blocks are nested. Secrets are in plain text. */
export type Answers = Readonly<Record<string, unknown>>;

/** Adds an answer. */
export function answered(answers: Answers, path: ConfigPath, value: unknown): Answers {
  const block = path.map(String).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  return withAll(answers, block as Answers);
}

/** Adds answers, which override existing ones. */
export function withAll(answers: Answers, others: Answers): Answers {
  return merged(answers, others) as Answers;
}

function merged(old: unknown, added: unknown): unknown {
  if (!isBlock(old) || !isBlock(added)) return added;
  const parts = Object.entries(added).map(([key, part]) => [key, merged(old[key], part)]);
  return { ...old, ...Object.fromEntries(parts) };
}

/** The problems of the answers. A value that is already encrypted has none. */
export function problemsOf(answers: Answers): Problem[] {
  const encrypted = encryptedPaths(answers);
  const known = encrypted.reduce(
    (rest, path) => replaced(rest, path, undefined) as Answers,
    answers,
  );
  const entries = Object.entries(known).map(([key, value]) => [
    key.includes(":") ? key : stackKey(key),
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const { problems } = readValues(Object.fromEntries(entries));
  return problems.filter(({ path }) => !encrypted.some((one) => isSame(one, path)));
}

/** A problem without the `pulumi config` commands that fix it. */
export function shortProblem({ text }: Problem): string {
  return withoutCommands(text);
}

/** The paths of values that are encrypted, as in a stack file. */
function encryptedPaths(value: unknown, path: readonly string[] = []): string[][] {
  if (isEncrypted(value)) return [[...path]];
  if (!isBlock(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => encryptedPaths(part, [...path, key]));
}

export function isSame(one: ConfigPath, other: ConfigPath): boolean {
  return one.join("\0") === other.join("\0");
}

/** The answers in a stack file; its secrets stay encrypted. */
export function answersIn(config: Readonly<Record<string, unknown>>): Answers {
  const own = `${NAMESPACE}:`;
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key.startsWith(own) ? key.slice(own.length) : key,
      value,
    ]),
  );
}
