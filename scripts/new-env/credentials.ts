import { readUserFile } from "../../command-line/read-user-file";
import { isBlock } from "../../config/stack-file";
import { type Answers, answered } from "./answers";
import { SERVING_KEY } from "./questions";

/**
 * Adds the credentials in a JSON file to the answers; `-` is standard input. No value is ever
 * shown.
 */
export function withCredentials(answers: Answers, source: string | undefined): Answers {
  if (source === undefined) return answers;
  const name = source === "-" ? "standard input" : source;
  const credentials = parseObject(readText(source === "-" ? 0 : source, "--credentials"), name);
  return Object.entries(credentials).reduce(
    (all, [key, value]) => answered(all, ["credentials", key], value),
    answers,
  );
}

/** Adds the key of a Google service account in a file to the answers. */
export function withServingKey(answers: Answers, file: string | undefined): Answers {
  return file === undefined ? answers : answered(answers, SERVING_KEY.path, readServingKey(file));
}

export function readServingKey(file: string): string {
  return readText(file, `--${SERVING_KEY.option}`);
}

function readText(file: string | 0, option: string): string {
  try {
    return readUserFile(file).toString("utf8").trim();
  } catch (error) {
    throw new Error(`${option}: ${(error as Error).message}`);
  }
}

function parseObject(text: string, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined; // the parser's message would quote the text
  }
  if (isBlock(value)) return value;
  throw new Error(
    `--credentials: ${name} is not a JSON object; expected credentials by key, such as {"det_master": "…"}`,
  );
}
