/** Updates of the environment's stack, which another update may lock. */
import { hostname } from "node:os";
import { mayHaveRunAt } from "../../sandbox/runtime/process-table";
import { pulumiError, runPulumi, tryPulumi } from "../pulumi";
import { runInTerminal } from "../run-in-terminal";
import type { Arguments } from "./arguments";
import { readState, writeState } from "./stack";
import {
  isCloudLock,
  isDead,
  isLocked,
  JOB_MINUTES,
  lockedMessage,
  lockInStack,
  locksInError,
  type StackLock,
} from "./stack-lock";
import { recover } from "./state";

/** Another update locks the stack. */
class LockedError extends Error {
  constructor(
    message: string,
    readonly areDead: boolean,
  ) {
    super(message);
  }
}

/**
 * Runs `pulumi` with a command that changes the stack, after what a killed update left is in the state.
 * With `--unlock`, a lock whose update was surely killed is broken first. Returns the exit code.
 */
export async function update(
  { unlock }: Pick<Arguments, "unlock">,
  stack: string,
  command: readonly string[],
): Promise<number> {
  try {
    return await attempt(stack, command);
  } catch (error) {
    if (!(error instanceof LockedError && error.areDead && unlock)) throw error;
    console.error(`breaking the lock, which is older than ${JOB_MINUTES} minutes`);
  }
  await runPulumi(["cancel", "--yes", "--stack", stack]);
  return await attempt(stack, command);
}

async function attempt(stack: string, command: readonly string[]): Promise<number> {
  const refresh = await recoverStack(stack);
  let said = "";
  const args = [...command, "--yes", "--skip-preview", "--stack", stack, ...refresh];
  const code = await runInTerminal("pulumi", args, (text) => {
    said += text;
  });
  if (code !== 0 && isLocked(said)) throw await lockedError(stack, said);
  return code;
}

/**
 * Puts what a killed update may have created into the state; returns the engine's arguments for that.
 */
async function recoverStack(stack: string): Promise<string[]> {
  const [pending] = (await readState(stack))?.deployment.pending_operations ?? [];
  if (pending === undefined) return [];
  // an update that is under way has pending operations as well
  await requireUnlocked(stack, pending.resource.urn);
  const state = await readState(stack);
  const recovered = state && recover(state);
  if (recovered === undefined) return [];
  await writeState(stack, recovered.state);
  for (const urn of recovered.lost) {
    console.error(`may have been left behind by a killed update: ${urn}`);
  }
  return ["--refresh"];
}

/** A refresh of nothing takes the stack's lock and changes nothing. */
async function requireUnlocked(stack: string, urn: string): Promise<void> {
  const nothing = `${urn}-none`;
  const args = ["refresh", "--yes", "--skip-preview", "--stack", stack, "--target", nothing];
  const result = await tryPulumi(args);
  if (isLocked(result.stderr)) throw await lockedError(stack, result.stderr);
  if (!result.stderr.includes(`no resource named '${nothing}'`)) {
    throw pulumiError(args, result);
  }
}

/** Who locks a stack, after the CLI failed because of that. */
export async function locksOf(stack: string, said: string): Promise<StackLock[]> {
  return isCloudLock(said)
    ? lockInStack((await tryPulumi(["stack", "--stack", stack])).stdout)
    : locksInError(said, new Date());
}

async function lockedError(stack: string, said: string): Promise<LockedError> {
  const locks = await locksOf(stack, said);
  const machine = { host: hostname(), isRunning: mayHaveRunAt };
  const areDead = locks.length > 0 && locks.every((lock) => isDead(lock, machine));
  return new LockedError(lockedMessage(stack, locks, areDead), areDead);
}
