/**
 * The error of `updateStack` if another update has locked the stack: who holds the lock, and the
 * caller's advice. `deploy` does not use `updateStack`, never breaks a lock, and writes its own.
 */
import { hostname } from "node:os";
import { mayHaveRunAt } from "../../command-line/processes/process-table";
import type { PulumiCall } from "../pulumi";
import { userName } from "../user-name";
import { describeLocks, judgeLocks, type LockVerdict } from "./lock";
import { readLocks } from "./read-locks";

/** Another update has locked the stack. */
export class LockedError extends Error {
  constructor(
    message: string,
    readonly verdict: LockVerdict,
  ) {
    super(message);
  }
}

/** How to read locks, and what to advise about them. */
export interface LockCli {
  /** Runs a command and captures what it prints. */
  readonly call: PulumiCall;
  /** Says what to do about a lock. */
  readonly advice: (stack: string, verdict: LockVerdict) => string;
}

/** The error of a command that failed because of a lock, with advice. */
export async function errorWithAdvice(
  stack: string,
  said: string,
  { call, advice }: LockCli,
): Promise<LockedError> {
  const locks = await readLocks(stack, said, call);
  const machine = { host: hostname(), user: userName(), isRunning: mayHaveRunAt };
  const verdict = judgeLocks(locks, machine);
  return new LockedError(`${describeLocks(stack, locks)}: ${advice(stack, verdict)}`, verdict);
}
