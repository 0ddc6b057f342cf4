/** Locks of a stack: who is updating it, and whether the update can still be running. */

/** As the backend describes it. */
export interface StackLock {
  /** Such as `alice@laptop (pid 7)`. */
  readonly holder: string;
  /** A time, or a text such as `2 hours ago` if the backend does not report more. */
  readonly since: string;
  /** Its minimum age. */
  readonly minutes: number;
  readonly process?: { readonly user: string; readonly host: string; readonly pid: number };
}

/** This machine, and whether a pid may still belong to the process from that time. */
export interface Machine {
  readonly host: string;
  /** Who runs this process. */
  readonly user: string;
  readonly isRunning: (pid: number, since: Date) => boolean;
}

/** The time limit of the workflows' jobs that update environments. */
export const JOB_MINUTES = 60;

/** The user of the jobs on GitHub's runners. */
const RUNNER = "runner";

const CONFLICT = /\[409\] Conflict: Another update is currently in progress/;

/** Whether the Pulumi CLI failed because another update locks the stack. */
export function isLocked(stderr: string): boolean {
  return /the stack is currently locked by \d+ lock/.test(stderr) || CONFLICT.test(stderr);
}

/** Whether only `pulumi stack` shows the holder of the lock, as on Pulumi Cloud. */
export function isCloudLock(stderr: string): boolean {
  return CONFLICT.test(stderr);
}

/** How many minutes ago an update started. */
export function minutesSince(began: Date, now: Date): number {
  return (now.getTime() - began.getTime()) / 60_000;
}

/** Whether a lock is older than any job can be; false if its age is unknown. */
export function outlivesJobs({ minutes }: Pick<StackLock, "minutes">): boolean {
  return minutes >= JOB_MINUTES;
}

/** The locks in the CLI's error, where file system and bucket backends list them. */
export function locksInError(stderr: string, now: Date): StackLock[] {
  const lines = stderr.matchAll(/: created by (.+)@(\S+) \(pid (\d+)\) at (\S+)$/gm);
  return [...lines].map(([, user = "", host = "", pid, since = ""]) => ({
    holder: `${user}@${host} (pid ${pid})`,
    since,
    minutes: minutesSince(new Date(since), now),
    process: { user, host, pid: Number(pid) },
  }));
}

/**
 * The lock in the output of `pulumi stack` for a stack on Pulumi Cloud, which rounds the age down.
 */
export function lockInStack(stdout: string): StackLock[] {
  const found = /Update in progress:\s+Started: (.+)\s+Requested By: (.+)/.exec(stdout);
  if (found === null) return [];
  const [, since = "", holder = ""] = found;
  const isHours = /\b(hours?|days?|weeks?|months?|years?|long while) ago$/.test(since.trim());
  return [{ holder: holder.trim(), since: since.trim(), minutes: isHours ? JOB_MINUTES : 0 }];
}

/**
 * Whether an update can still be running: `recent` if it can, `foreign` if it may be another
 * user's, on a machine without a time limit, and `dead` if it was presumably killed.
 */
export type LockVerdict = "recent" | "foreign" | "dead";

export function judgeLocks(locks: readonly StackLock[], machine: Machine): LockVerdict {
  const verdicts = locks.map((lock) => judge(lock, machine));
  if (verdicts.length === 0 || verdicts.includes("recent")) return "recent";
  return verdicts.includes("foreign") ? "foreign" : "dead";
}

function judge(lock: StackLock, machine: Machine): LockVerdict {
  const { since, process } = lock;
  const isHere = process?.host === machine.host;
  if (isHere && machine.isRunning(process.pid, new Date(since))) return "recent";
  if (!outlivesJobs(lock)) return "recent";
  // on Pulumi Cloud, it is not known whether the update runs in a job or on a user's machine
  const isOurs = process === undefined || [machine.user, RUNNER].includes(process.user);
  return isOurs ? "dead" : "foreign";
}

/** Says who has locked the stack, and since when. */
export function describeLocks(stack: string, locks: readonly StackLock[]): string {
  const holders = locks.map(({ holder, since }) => `${holder} since ${since}`).join(", ");
  return `stack ${stack} is locked by ${holders || "another update"}`;
}

/** Says what to do about the lock. */
export function unlockAdvice(stack: string, verdict: LockVerdict): string {
  const cancel = `pulumi cancel --yes --stack ${stack}`;
  if (verdict === "dead")
    return `a job takes at most ${JOB_MINUTES} minutes, so its update was probably killed. If the stack is not being updated on another machine, run this again with --unlock`;
  if (verdict === "foreign")
    return `this may be an update on another user's machine, and --unlock does not break its lock. If it was killed: ${cancel}`;
  return `wait until that update has ended, then run this again. If it was killed, --unlock breaks its lock ${JOB_MINUTES} minutes after its start; to break it now: ${cancel}`;
}
