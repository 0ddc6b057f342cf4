import { spawn } from "node:child_process";

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The answers to the program's prompts, in order; undefined is Ctrl-C. */
  readonly replies: readonly (string | undefined)[];
}

export interface TerminalResult {
  readonly code: number;
  /** Everything that the terminal shows, including what is typed. */
  readonly shown: string;
}

/**
 * Runs a command on a pseudo-terminal, and answers each prompt that ends with a colon.
 *
 * The command replaces the shell that reads the line: if that shell is dash, it receives Ctrl-C as
 * well and then ends with 130, whatever the exit code of the command.
 */
export function runOnTerminal(
  line: string,
  { cwd, env, replies }: TerminalOptions,
): Promise<TerminalResult> {
  // util-linux has -c; the other versions take the command as arguments
  const args =
    process.platform === "linux"
      ? ["-qec", `exec ${line}`, "/dev/null"]
      : ["-q", "/dev/null", "sh", "-c", `exec ${line}`];
  const child = spawn("script", args, {
    cwd,
    env: { ...env, SHELL: "/bin/sh" }, // the same one everywhere
    stdio: ["pipe", "pipe", "inherit"],
  });
  const left = [...replies];
  let shown = "";
  let answered = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
    const question = withoutControl(shown.slice(answered));
    if (!question.endsWith(": ") || left.length === 0) return;
    answered = shown.length;
    const reply = left.shift();
    child.stdin.write(reply === undefined ? "\x03" : `${reply}\r`);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, shown: withoutControl(shown) }));
  });
}

/** The text without control sequences that move the cursor. */
function withoutControl(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences begin with one
  return text.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replaceAll("\r", "");
}
