/** Locks of a stack: who updates it, and whether the update can still be running. */

/** As the backend describes it. */
export interface StackLock {
  /** Such as `alice@laptop (pid 7)`. */
  readonly holder: string;
  /** A time, or `2 hours ago` if the backend does not say more. */
  readonly since: string;
  /** It is at least this old. */
  readonly minutes: number;
  readonly process?: { readonly host: string; readonly pid: number };
}

/** This machine, and whether the process with a pid may be the one of that time. */
export interface Machine {
  readonly host: string;
  readonly isRunning: (pid: number, since: Date) => boolean;
}

/** The time limit of the workflows' jobs that update environments: no job runs longer. */
export const JOB_MINUTES = 60;

const CONFLICT = /\[409\] Conflict: Another update is currently in progress/;

/** Whether the Pulumi CLI failed because another update locks the stack. */
export function isLocked(stderr: string): boolean {
  return /the stack is currently locked by \d+ lock/.test(stderr) || CONFLICT.test(stderr);
}

/** Whether only `pulumi stack` tells who holds the lock: on Pulumi Cloud. */
export function isCloudLock(stderr: string): boolean {
  return CONFLICT.test(stderr);
}

/** The locks in the CLI's error; backends that are a file system or a bucket list them there. */
export function locksInError(stderr: string, now: Date): StackLock[] {
  const lines = stderr.matchAll(/: created by (.+)@(\S+) \(pid (\d+)\) at (\S+)$/gm);
  return [...lines].map(([, user, host = "", pid, since = ""]) => ({
    holder: `${user}@${host} (pid ${pid})`,
    since,
    minutes: (now.getTime() - Date.parse(since)) / 60_000,
    process: { host, pid: Number(pid) },
  }));
}

/** The lock in what `pulumi stack` prints for a stack on Pulumi Cloud, which rounds its age down. */
export function lockInStack(stdout: string): StackLock[] {
  const found = /Update in progress:\s+Started: (.+)\s+Requested By: (.+)/.exec(stdout);
  if (found === null) return [];
  const [, since = "", holder = ""] = found;
  const isHours = /\b(hours?|days?|weeks?|months?|years?|long while) ago$/.test(since.trim());
  return [{ holder: holder.trim(), since: since.trim(), minutes: isHours ? JOB_MINUTES : 0 }];
}

/** Whether the update that took the lock was surely killed. */
export function isDead({ minutes, since, process }: StackLock, machine: Machine): boolean {
  const isHere = process?.host === machine.host;
  if (isHere && machine.isRunning(process.pid, new Date(since))) return false;
  return minutes >= JOB_MINUTES;
}

/** Who locks the stack since when. */
export function describeLocks(stack: string, locks: readonly StackLock[]): string {
  const holders = locks.map(({ holder, since }) => `${holder} since ${since}`).join(", ");
  return `stack ${stack} is locked by ${holders || "another update"}`;
}

/** What to do about it; `areDead` says whether the updates of the locks were killed. */
export function unlockAdvice(stack: string, areDead: boolean): string {
  if (areDead) {
    return `no job takes longer than ${JOB_MINUTES} minutes, so that update was killed; run this again with --unlock`;
  }
  return `wait until that update has ended, then run this again. If it was killed, --unlock breaks its lock ${JOB_MINUTES} minutes after the start; to break it now: pulumi cancel --yes --stack ${stack}`;
}
