/** The configuration commands that messages offer, parsed and executed as by the CLI. */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Config = Record<string, unknown>;

export interface ConfigCommand {
  readonly verb: "set" | "rm";
  readonly path: readonly (string | number)[];
  readonly isSecret: boolean;
  /** The value on the command line; undefined if the CLI prompts for it. */
  readonly value: string | undefined;
}

/** All commands of a message, in order. */
export function offeredCommands(message: string): ConfigCommand[] {
  return [...message.matchAll(/`(pulumi config (?:set|rm) [^`]+)`/g)].map(([, line = ""]) =>
    readCommand(line),
  );
}

/** @throws Error if the CLI would not accept the line */
function readCommand(line: string): ConfigCommand {
  const [, , verb, ...words] = splitWords(line);
  const flags = words.filter((word) => word.startsWith("--"));
  const [key = "", value, ...more] = words.filter((word) => !word.startsWith("--"));
  const unknown = flags.filter((flag) => !["--path", "--secret"].includes(flag));
  if (unknown.length > 0 || more.length > 0) throw new Error(`cannot read ${line}`);
  const isSecret = flags.includes("--secret");
  const takesValue = verb === "set" && !isSecret;
  if (takesValue !== (value !== undefined)) throw new Error(`${line}: value missing or too many`);
  const path = flags.includes("--path") ? parsePath(key) : [key];
  return { verb: verb === "rm" ? "rm" : "set", path, isSecret, value };
}

/** The words of a command line, split as by a shell. */
function splitWords(line: string): string[] {
  const words = [...line.matchAll(/(?:[^\s'"]|'[^']*')+/g)].map(([word]) => word);
  if (words.join(" ") !== line) throw new Error(`a shell reads ${line} in another way`);
  return words.map((word) => word.replaceAll("'", ""));
}

/** https://www.pulumi.com/docs/iac/concepts/config/#structured-configuration */
function parsePath(text: string): (string | number)[] {
  const step = /^(?:\.?([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\])/;
  const path: (string | number)[] = [];
  for (let rest = text; rest !== ""; ) {
    const match = step.exec(rest);
    if (match === null) throw new Error(`${text} is not a path`);
    const [all, name, index, quoted] = match;
    path.push(
      index === undefined ? (name ?? (quoted ?? "").replaceAll(/\\(.)/g, "$1")) : Number(index),
    );
    rest = rest.slice(all.length);
  }
  return path;
}

/**
 * The configuration after a command.
 * @throws Error if the CLI refuses it
 */
export function afterCommand(config: Config, { verb, path, value = "x" }: ConfigCommand): Config {
  const result = structuredClone(config) as { [key: string]: Json };
  let block: Json = result;
  for (const [place, step] of path.slice(0, -1).entries()) {
    const next: Json = typeof path[place + 1] === "number" ? [] : {};
    block = at(block, step, next);
  }
  const last = path.at(-1) ?? "";
  if (verb === "rm") remove(block, last);
  else put(block, last, asStored(value));
  return result;
}

/** Numbers and booleans are stored as such, all other values as strings. */
function asStored(value: string): Json {
  if (/^(true|false|0|[1-9]\d*)$/.test(value)) return JSON.parse(value) as Json;
  return value;
}

function at(block: Json, step: string | number, fallback: Json): Json {
  const parent = container(block);
  const found = parent[step as string];
  if (found === undefined || found === null) put(block, step, fallback);
  return parent[step as string] as Json;
}

function put(block: Json, step: string | number, value: Json): void {
  container(block)[step as string] = value;
}

function remove(block: Json, step: string | number): void {
  delete container(block)[step as string];
}

function container(block: Json): Record<string, Json> {
  if (typeof block !== "object" || block === null) throw new Error(`${block} holds no keys`);
  return block as Record<string, Json>;
}
