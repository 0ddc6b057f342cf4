import { spawn } from "node:child_process";

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What is typed when the program asks, in turn; undefined is Ctrl-C. */
  readonly replies: readonly (string | undefined)[];
}

export interface TerminalResult {
  readonly code: number;
  /** All that a terminal shows, what is typed included. */
  readonly shown: string;
}

/**
 * Runs a command on a pseudo-terminal, and answers each question that ends with a colon.
 *
 * The command replaces the shell that reads the line: dash, where it is the shell, gets Ctrl-C as
 * well and then ends with 130, whatever the command ends with.
 */
export function runOnTerminal(
  line: string,
  { cwd, env, replies }: TerminalOptions,
): Promise<TerminalResult> {
  // util-linux has -c; the others take the command as arguments
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

/** The text without what moves the cursor. */
function withoutControl(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replaceAll("\r", "");
}
