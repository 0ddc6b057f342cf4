import { posix } from "node:path";
import { COMMANDS, namesIn, type Result, type World } from "./commands";
import { parseScript } from "./parse";
import {
  type AndOr,
  type Command,
  NotUnderstood,
  type Redirect,
  type Script,
  type Word,
} from "./syntax";

/** Thrown by `exit` to end the script. */
class Exit {
  constructor(
    readonly status: number,
    readonly stdout: string,
    readonly stderr: string,
  ) {}
}

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a script in a small subset of the POSIX shell on files in memory: `for`, `case`, `if`, `( )`,
 * `;`, `&&`, `||`, `|`, `>`, `>>`, `2>`, `>&2`, variables, `$( )`, quotes, `*`, `?` and `[ ]` in
 * paths, and the commands of `COMMANDS`.
 *
 * @throws NotUnderstood if the script uses anything else; the files may then be partly changed.
 */
export function runScript(
  world: World,
  script: string,
  env: Readonly<Record<string, string>>,
  options: { readonly exitOnError?: boolean } = {},
): Finished {
  const shell = new Shell(world, { ...env }, options.exitOnError ?? false);
  const parsed = parseScript(script);
  return finished(() => shell.script(parsed, ""));
}

/** Runs one command with its arguments unexpanded. @throws NotUnderstood */
export function runCommand(world: World, [name = "", ...args]: readonly string[]): Finished {
  const { status, stdout = "", stderr = "" } = commandNamed(name)(world, args, "");
  return { status, stdout, stderr };
}

function commandNamed(name: string) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new NotUnderstood(name);
  return command;
}

function finished(run: () => Finished): Finished {
  try {
    return run();
  } catch (error) {
    if (error instanceof Exit) return error;
    throw error;
  }
}

class Shell {
  #status = 0;

  readonly #world: World;
  readonly #variables: Record<string, string>;
  readonly #exitOnError: boolean;

  constructor(world: World, variables: Record<string, string>, exitOnError: boolean) {
    this.#world = world;
    this.#variables = variables;
    this.#exitOnError = exitOnError;
  }

  script(script: Script, stdin: string): Finished {
    let stdout = "";
    let stderr = "";
    for (const commands of script) {
      try {
        const result = this.#andOr(commands, stdin);
        stdout += result.stdout;
        stderr += result.stderr;
      } catch (error) {
        if (!(error instanceof Exit)) throw error;
        throw new Exit(error.status, stdout + error.stdout, stderr + error.stderr);
      }
      if (this.#exitOnError && this.#status !== 0 && commands.length === 1)
        throw new Exit(this.#status, stdout, stderr);
    }
    return { status: this.#status, stdout, stderr };
  }

  #andOr(commands: AndOr, stdin: string): Finished {
    let stdout = "";
    let stderr = "";
    for (const [index, { operator, pipe }] of commands.entries()) {
      if (index > 0 && (operator === "&&") !== (this.#status === 0)) continue;
      let input = stdin;
      for (const command of pipe) {
        const result = this.#command(command, input);
        input = result.stdout;
        stderr += result.stderr;
        this.#status = result.status;
      }
      stdout += input;
    }
    return { status: this.#status, stdout, stderr };
  }

  #command(command: Command, stdin: string): Finished {
    const result = this.#unredirected(command, stdin);
    return this.#redirected(result, command.redirects);
  }

  #unredirected(command: Command, stdin: string): Finished {
    switch (command.kind) {
      case "simple":
        return this.#simple(command.words, stdin);
      case "group":
        return finished(() =>
          new Shell(this.#world, { ...this.#variables }, this.#exitOnError).script(
            command.body,
            stdin,
          ),
        );
      case "for": {
        let result: Finished = { status: 0, stdout: "", stderr: "" };
        for (const value of command.words.flatMap((word) => this.#expand(word))) {
          this.#variables[command.name] = value;
          const { status, stdout, stderr } = this.script(command.body, stdin);
          result = { status, stdout: result.stdout + stdout, stderr: result.stderr + stderr };
        }
        return result;
      }
      case "case": {
        const value = this.#joined(command.word);
        const arm = command.arms.find(({ patterns }) =>
          patterns.some((pattern) => pathPattern(this.#pattern(pattern), true).test(value)),
        );
        return this.#body(arm?.body ?? [], stdin);
      }
      case "if": {
        const arm = command.arms.find(
          ({ condition }) => this.script(condition, stdin).status === 0,
        );
        return this.#body(arm?.body ?? command.otherwise, stdin);
      }
    }
  }

  #body(script: Script, stdin: string): Finished {
    this.#status = 0;
    return this.script(script, stdin);
  }

  #simple(words: readonly Word[], stdin: string): Finished {
    const [name = "", ...args] = words.flatMap((word) => this.#expand(word));
    const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(this.#joined(words[0] ?? { parts: [] }));
    if (assignment !== null && words.length === 1) {
      this.#variables[assignment[1] ?? ""] = assignment[2] ?? "";
      return { status: 0, stdout: "", stderr: "" };
    }
    if (name === "exit") throw new Exit(Number(args[0] ?? this.#status), "", "");
    const {
      status,
      stdout = "",
      stderr = "",
    }: Result = commandNamed(name)(this.#world, args, stdin);
    return { status, stdout, stderr };
  }

  #redirected(result: Finished, redirects: readonly Redirect[]): Finished {
    let { stdout, stderr } = result;
    for (const { from, append, to } of redirects) {
      const text = from === 1 ? stdout : stderr;
      if (to === 1) [stdout, stderr] = [stdout + text, ""];
      else if (to === 2) [stdout, stderr] = ["", stderr + text];
      else {
        const path = posix.normalize(this.#joined(to));
        if (path !== "/dev/null") {
          const before = append ? (this.#world.files.get(path) ?? "") : "";
          this.#world.files.set(path, before + text);
        }
        if (from === 1) stdout = "";
        else stderr = "";
      }
    }
    return { ...result, stdout, stderr };
  }

  /** Expands a word: unquoted values are split, and patterns become paths. */
  #expand(word: Word): string[] {
    const values = word.parts.map((part) => ({ quoted: part.quoted, value: this.#value(part) }));
    const isSplit = word.parts.some(({ kind, quoted }) => kind !== "text" && !quoted);
    const isPattern = values.some(({ quoted, value }) => !quoted && /[*?[]/.test(value));
    const text = values.map(({ value }) => value).join("");
    const texts = isSplit ? text.split(/\s+/).filter((one) => one !== "") : [text];
    if (!isPattern) return texts;
    return texts.flatMap((one) => {
      const paths = this.#paths(one);
      return paths.length > 0 ? paths : [one];
    });
  }

  #joined(word: Word): string {
    return word.parts.map((part) => this.#value(part)).join("");
  }

  /** A word as a pattern: its quoted parts match literally. */
  #pattern(word: Word): string {
    return word.parts
      .map((part) =>
        part.quoted ? this.#value(part).replace(/[*?[\]]/g, "\\$&") : this.#value(part),
      )
      .join("");
  }

  #value(part: Word["parts"][number]): string {
    if (part.kind === "text") return part.text;
    if (part.kind === "variable")
      return part.name === "?" ? String(this.#status) : (this.#variables[part.name] ?? "");
    const { stdout } = finished(() =>
      new Shell(this.#world, { ...this.#variables }, this.#exitOnError).script(part.of, ""),
    );
    return stdout.replace(/\n+$/, "");
  }

  #paths(pattern: string): string[] {
    let found = [""];
    for (const step of pattern.split("/").filter((one) => one !== "")) {
      const test = pathPattern(step, false);
      found = found.flatMap((folder) =>
        namesIn(this.#world, folder === "" ? "/" : folder)
          .filter((name) => test.test(name))
          .map((name) => `${folder}/${name}`),
      );
    }
    return found.filter((path) => path !== "");
  }
}

/** A shell pattern as a regular expression. @param slashes whether `*` also matches `/`. */
function pathPattern(pattern: string, slashes: boolean): RegExp {
  const any = slashes ? "[\\s\\S]" : "[^/]";
  const source = pattern.replace(
    /\\(.)|\[!?[^\]]*\]|[\s\S]/g,
    (token: string, escaped?: string) => {
      if (escaped !== undefined) return `\\${escaped}`;
      if (token === "*") return `${any}*`;
      if (token === "?") return any;
      if (token.length > 1) return token.replace(/^\[!/, "[^");
      return token.replace(/[.+^${}()|\\[\]]/g, "\\$&");
    },
  );
  return new RegExp(`^${source}$`);
}
