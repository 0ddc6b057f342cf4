import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../command-line/repository";
import { parseCommand } from "../../sandbox/cli/arguments";
import { readArguments } from "../../scripts/new-env/arguments";
import { UsageRequested } from "../../scripts/script-arguments";

const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));

/** Commands of npm that are not scripts of the project. */
const BUILT_IN = new Set(["ci", "install", "test"]);

/** What parses the arguments of scripts whose options are not all in their own source. */
const READERS: Readonly<Record<string, (words: readonly string[]) => unknown>> = {
  sandbox: parseCommand,
  "new-env": readArguments,
};

/** The program of a script that takes options. */
function programOf(script: string): string | undefined {
  const name = /\bscripts\/[\w-]+\.ts$/.exec(scripts[script] ?? "")?.[0];
  // started by the bootstrap script, which installs what it needs first
  return name ?? (script === "demo" ? "scripts/demo.ts" : undefined);
}

/** The error in an npm command line; undefined if it has none. */
export function npmProblem(line: string): string | undefined {
  const [, name, options = ""] =
    /^npm (?:run )?(?:--silent )?([\w:-]+)[^|]*?(?: -- ([^|]*))?(?:\||$)/.exec(line) ?? [];
  if (name === undefined) return `cannot read ${line}`;
  if (BUILT_IN.has(name) && !line.startsWith("npm run")) return undefined;
  if (scripts[name] === undefined) return `${line}: there is no script ${name}`;
  const words = options.split(/\s+/).filter((word) => word !== "");
  const read = READERS[name];
  if (read !== undefined) {
    try {
      read(words);
    } catch (error) {
      if (error instanceof UsageRequested) return undefined;
      return `${line}: ${(error as Error).message}`;
    }
    return undefined;
  }
  const program = programOf(name);
  const source = program === undefined ? "" : sourceOf(program);
  const unknown = words
    .filter((word) => word.startsWith("--") && word !== "--help")
    .find((option) => !takes(source, option));
  return unknown && `${line}: ${name} does not take ${unknown}`;
}

/** The source that contains a script's options: its own file, and that of its arguments. */
function sourceOf(program: string): string {
  const files = [program, program.replace(/\.ts$/, "/arguments.ts")];
  return files
    .map((file) => join(repository, file))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, "utf8"))
    .join("");
}

/** Whether a source names an option: in a usage text, or as a key of the options. */
function takes(source: string, option: string): boolean {
  const name = option.slice(2);
  return source.includes(option) || new RegExp(`["\\s]${name}"?: \\{ type: `).test(source);
}
