import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { repository } from "../command-line/repository";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs a command that controls the terminal, including Ctrl-C: the engine then finishes the
 * operations in progress and unlocks the stack. Returns its exit code. `onError` also receives the
 * command's standard error.
 */
export async function runInTerminal(
  command: string,
  args: readonly string[],
  onError?: (text: string) => void,
): Promise<number> {
  let child: ChildProcess | undefined;
  // a terminal also sends Ctrl-C to the child, for which a second signal would mean "immediately"
  const isSentTo = (signal: NodeJS.Signals) => signal === "SIGINT" && hasTerminal();
  const forward = (signal: NodeJS.Signals) => {
    if (!isSentTo(signal)) child?.kill(signal);
  };
  // before the child starts, because a signal without a listener would end only this process
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    child = spawn(command, args, {
      cwd: repository,
      stdio: ["inherit", "inherit", onError === undefined ? "inherit" : "pipe"],
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      process.stderr.write(text);
      onError?.(text);
    });
    return await exitCodeOf(child);
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}

function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

/** Whether a terminal controls this process, even if its input and output are redirected. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
