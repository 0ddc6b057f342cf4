import { endGuarded, spawnGuarded } from "./guard";

export interface RunOptions {
  readonly cwd?: string;
  /** The complete environment; default: this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** The command's standard input, such as a secret: command lines are visible to every user. */
  readonly input?: string;
  /** Stops the command; `run` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The time limit in milliseconds. Default: no limit. */
  readonly timeout?: number;
  /** Called with each piece of output as it arrives; output is also captured. */
  readonly onOutput?: (text: string, stream: "stdout" | "stderr") => void;
  /**
   * Whether errors quote standard output if standard error is empty. Default: false, because
   * standard output may contain secrets.
   */
  readonly quoteOutput?: boolean;
  /** Whether to resolve with any exit code instead of rejecting if it is not 0. Default: false. */
  readonly allowFailure?: boolean;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether the command does not exist: the shell's exit code, https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html */
export function isNotInstalled({ code }: RunResult): boolean {
  return code === 127;
}

/** A command that could not be started, failed or took too long. */
export class CommandError extends Error {
  constructor(
    readonly command: string,
    readonly problem: string,
    readonly result?: RunResult,
    quoteOutput = false,
  ) {
    const { stderr, stdout } = result ?? { stderr: "", stdout: "" };
    const said = lastLines(stderr || (quoteOutput ? stdout : ""), 5);
    super(`${command}: ${problem}${said === "" ? "" : `: ${said}`}`);
    this.name = "CommandError";
  }
}

/** Runs a command to its end and captures its output. It never outlives this process. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const shown = [command.split("/").pop(), ...args.slice(0, 2)].join(" ");
  const child = spawnGuarded(command, args, { ...options, output: "pipe" });
  const captured = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      captured[name] += text;
      options.onOutput?.(text, name);
    });
  }

  let timedOut = false;
  const end = () => void endGuarded(child);
  const timer = options.timeout === undefined ? undefined : setTimeout(expire, options.timeout);
  function expire() {
    timedOut = true;
    end();
  }
  options.signal?.addEventListener("abort", end, { once: true });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode) => resolve(exitCode ?? 1));
    });
    const result = { code, ...captured };
    options.signal?.throwIfAborted();
    const fails = timedOut || (code !== 0 && options.allowFailure !== true);
    if (!fails) return result;
    const problem = timedOut ? `did not finish within ${options.timeout} ms` : `exit code ${code}`;
    throw new CommandError(shown, problem, result, options.quoteOutput);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", end);
  }
}

/** The last lines that are not empty, joined on one line. */
export function lastLines(text: string, count: number): string {
  const lines = text.split("\n").map((line) => line.trim());
  return lines
    .filter((line) => line !== "")
    .slice(-count)
    .join("; ");
}
