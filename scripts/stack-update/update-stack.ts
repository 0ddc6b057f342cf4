/** Updates a stack that may be locked by another update, or left unfinished by a killed one. */
import type { RunResult } from "../../command-line/processes/run";
import { pulumiError, tryPulumi } from "../pulumi";
import { runInTerminal } from "../run-in-terminal";
import { isLocked, JOB_MINUTES, unlockAdvice } from "./lock";
import { errorWithAdvice, type LockCli, LockedError } from "./locked-error";
import { recover } from "./recover";
import { readState, writeState } from "./state";

/** The outcome of a command that changes a stack. Its output was already shown. */
export type Outcome = Pick<RunResult, "code" | "stderr">;

/** The Pulumi CLI for updates. */
export interface UpdateCli extends LockCli {
  /** Runs a command that changes the stack, and shows what it prints. */
  readonly change: (args: readonly string[]) => Promise<Outcome>;
  readonly report: (line: string) => void;
}

/** The CLI in a terminal. */
const TERMINAL: UpdateCli = {
  call: tryPulumi,
  change: async (args) => {
    let stderr = "";
    const code = await runInTerminal("pulumi", args, (text) => {
      stderr += text;
    });
    return { code, stderr };
  },
  report: (line) => console.error(line),
  advice: unlockAdvice,
};

/**
 * Runs a `pulumi` command that changes the stack, after adding leftovers of a killed update to the
 * state. With `unlock`, it first breaks the lock of an update that was presumably killed.
 */
export async function updateStack(
  { unlock }: { readonly unlock: boolean },
  stack: string,
  command: readonly string[],
  cli = TERMINAL,
): Promise<Outcome> {
  try {
    return await attempt(stack, command, cli);
  } catch (error) {
    if (!(error instanceof LockedError && error.verdict === "dead" && unlock)) throw error;
    cli.report(`breaking the lock, which is older than ${JOB_MINUTES} minutes`);
  }
  const args = ["cancel", "--yes", "--stack", stack];
  const cancelled = await cli.call(args);
  if (cancelled.code !== 0) throw pulumiError(args, cancelled);
  return await attempt(stack, command, cli);
}

async function attempt(
  stack: string,
  command: readonly string[],
  cli: UpdateCli,
): Promise<Outcome> {
  const refresh = await recoverStack(stack, cli);
  const args = [...command, "--yes", "--skip-preview", "--stack", stack, ...refresh];
  const outcome = await cli.change(args);
  if (outcome.code !== 0 && isLocked(outcome.stderr))
    throw await errorWithAdvice(stack, outcome.stderr, cli);
  return outcome;
}

/**
 * Adds resources that a killed update may have created to the state, and returns the additional
 * arguments for the engine.
 */
async function recoverStack(stack: string, cli: UpdateCli): Promise<string[]> {
  const [pending] = (await readState(stack, cli.call))?.deployment.pending_operations ?? [];
  if (pending === undefined) return [];
  // a running update has pending operations, too
  await requireUnlocked(stack, pending.resource.urn, cli);
  const state = await readState(stack, cli.call);
  const recovered = state && recover(state);
  if (recovered === undefined) return [];
  await writeState(stack, recovered.state, cli.call);
  for (const urn of recovered.lost) {
    cli.report(`a killed update may have left this resource behind: ${urn}`);
  }
  return ["--refresh"];
}

/** Refreshes a resource that does not exist: this takes the stack's lock, but changes nothing. */
async function requireUnlocked(stack: string, urn: string, cli: UpdateCli): Promise<void> {
  const nothing = `${urn}-none`;
  const args = ["refresh", "--yes", "--skip-preview", "--stack", stack, "--target", nothing];
  const result = await cli.call(args);
  if (isLocked(result.stderr)) throw await errorWithAdvice(stack, result.stderr, cli);
  if (!result.stderr.includes(`no resource named '${nothing}'`)) {
    throw pulumiError(args, result);
  }
}
