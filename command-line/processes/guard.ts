import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";

/** The descriptor on which a program's own standard input arrives, where it gets one. */
const INPUT = 4;

/**
 * A shell prologue that ties a program to the lifetime of the process that started it. Standard
 * input is a pipe that only the starter holds: when it closes (on purpose, or because the starter
 * was killed with SIGKILL), the whole process group gets SIGTERM and, if the program is still
 * running five seconds later, SIGKILL.
 *
 * The watcher finds its own commands even if the program's PATH lacks them; without `cat` it would
 * end the program at once.
 *
 * The program replaces the shell (`exec`), so its pid and exit status are the program's own. The
 * watcher stays in the program's process group, which keeps the group's id from being reused as
 * long as the watcher may still signal it.
 */
const guard = (tenthsOfSeconds: number, hasInput: boolean) => `
exec 3<&0
{
  trap '' TERM
  PATH="$PATH:/usr/bin:/bin"
  cat <&3 >/dev/null
  kill -TERM 0
  tries=0
  while kill -0 $$ 2>/dev/null && [ $tries -lt ${tenthsOfSeconds} ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -KILL 0
} >/dev/null 2>&1 ${hasInput ? `${INPUT}<&- ` : ""}&
exec "$@" 3<&- ${hasInput ? `<&${INPUT} ${INPUT}<&-` : "</dev/null"}
`;

export interface GuardOptions {
  readonly cwd?: string;
  /** The complete environment of the program; default: this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** The target of standard output and standard error: a pipe, or an open file. */
  readonly output: "pipe" | number;
  /** The program's standard input. Default: none. */
  readonly input?: string | undefined;
  /** Milliseconds from SIGTERM to SIGKILL. Default: 5000. */
  readonly patienceMs?: number;
}

/** Starts a program that cannot outlive this process. It leads a process group of its own. */
export function spawnGuarded(
  command: string,
  args: readonly string[],
  options: GuardOptions,
): ChildProcess {
  const { input, output } = options;
  const script = guard(Math.ceil((options.patienceMs ?? 5000) / 100), input !== undefined);
  const child = spawn("/bin/sh", ["-c", script, "guard", command, ...args], {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["pipe", output, output, "ignore", ...(input === undefined ? [] : ["pipe" as const])],
  });
  if (input !== undefined) writeInput(child, input);
  // The program may be gone before the pipe is closed.
  child.stdin?.on("error", () => undefined);
  // However the program ends, its watcher and the processes that it left behind end with it.
  child.once("exit", () => {
    signalGroup(child, "SIGKILL");
    child.stdin?.destroy();
  });
  return child;
}

function writeInput(child: ChildProcess, input: string): void {
  const stream = child.stdio[INPUT] as Writable | undefined;
  stream?.on("error", () => undefined); // a program need not read it
  stream?.end(input);
}

/**
 * Asks a guarded program to stop; the guard kills it after its grace period. Resolves when it is
 * gone.
 */
export async function endGuarded(child: ChildProcess): Promise<void> {
  if (hasExited(child)) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.stdin?.destroy();
  await gone;
}

/**
 * Kills a guarded program and everything it started, at once (SIGKILL). Resolves when it is gone.
 */
export async function killGuarded(child: ChildProcess): Promise<void> {
  if (hasExited(child)) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  signalGroup(child, "SIGKILL");
  await gone;
}

export function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: all of it has ended. EPERM: on macOS, all that is left of it has ended.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
