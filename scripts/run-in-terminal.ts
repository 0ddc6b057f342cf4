import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { repository } from "../command-line/repository";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs a command that owns the terminal, Ctrl-C included: the engine then ends what is under way and
 * unlocks the stack. Returns its exit code. `onError` also gets what the command writes to standard
 * error.
 */
export async function runInTerminal(
  command: string,
  args: readonly string[],
  onError?: (text: string) => void,
): Promise<number> {
  let child: ChildProcess | undefined;
  // a terminal sends Ctrl-C to the child as well, which takes a second one for "at once"
  const isSentTo = (signal: NodeJS.Signals) => signal === "SIGINT" && hasTerminal();
  const forward = (signal: NodeJS.Signals) => {
    if (!isSentTo(signal)) child?.kill(signal);
  };
  // before the child begins, because a signal without a listener would end this process alone
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

/** Whether a terminal controls this process, wherever its input and output go. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
