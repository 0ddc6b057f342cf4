/** Reports that another update has locked a stack, and what to do. */
import { hostname } from "node:os";
import { mayHaveRunAt } from "../../command-line/processes/process-table";
import { type PulumiCall, tryPulumi } from "../pulumi";
import { userName } from "../user-name";
import {
  describeLocks,
  isCloudLock,
  judgeLocks,
  type LockVerdict,
  lockInStack,
  locksInError,
  type StackLock,
} from "./lock";

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

/** The locks of a stack, after the CLI failed because of them. */
export async function locksOf(
  stack: string,
  said: string,
  call: PulumiCall = tryPulumi,
): Promise<StackLock[]> {
  return isCloudLock(said)
    ? lockInStack((await call(["stack", "--stack", stack])).stdout)
    : locksInError(said, new Date());
}

/** The error of a command that failed because of a lock. */
export async function lockedError(
  stack: string,
  said: string,
  { call, advice }: LockCli,
): Promise<LockedError> {
  const locks = await locksOf(stack, said, call);
  const machine = { host: hostname(), user: userName(), isRunning: mayHaveRunAt };
  const verdict = judgeLocks(locks, machine);
  return new LockedError(`${describeLocks(stack, locks)}: ${advice(stack, verdict)}`, verdict);
}
