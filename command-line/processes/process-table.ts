import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A process, distinguishable from a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as reported by the operating system: only for comparison. */
  readonly started: string;
}

/** The identity of a running process; undefined if no process has that pid. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === "linux" ? startedOnLinux(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether this process, not a later one with the same pid, is still running. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

/**
 * Whether the process with this pid may have been running at a time in the past: it exists and
 * started before that time. Clocks may differ by up to a minute.
 */
export function mayHaveRunAt(pid: number, time: Date): boolean {
  if (!exists(pid)) return false;
  const started = startTime(pid);
  return started === undefined || started.getTime() <= time.getTime() + 60_000;
}

/** When a process started; undefined if this user may not see that. */
function startTime(pid: number): Date | undefined {
  const started = identify(pid)?.started;
  if (started === undefined) return undefined;
  if (process.platform !== "linux") return new Date(started);
  // hundredths of a second since the boot
  const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  return new Date(Date.now() - (uptime - Number(started) / 100) * 1000);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // another user's
  }
}

/**
 * Stops a process and its process group: SIGTERM, and SIGKILL after `patience` milliseconds. Does
 * nothing if the pid now belongs to another process. Returns whether it was running.
 */
export async function terminate(identity: ProcessIdentity, patience = 5000): Promise<boolean> {
  if (!isRunning(identity)) return false;
  signal(identity.pid, "SIGTERM");
  const deadline = Date.now() + patience;
  while (isRunning(identity) && Date.now() < deadline) await sleep(50);
  if (isRunning(identity)) signal(identity.pid, "SIGKILL");
  while (isRunning(identity) && Date.now() < deadline + 2000) await sleep(20);
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, name);
      return;
    } catch (error) {
      // ESRCH: it does not lead a group (then signal the process itself), or it has just ended.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/**
 * Field 22 of /proc/PID/stat; see proc(5). A zombie has ended, but its parent has not reaped it
 * yet.
 */
function startedOnLinux(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined; // no such process
  }
  // The second field is the command in parentheses and may itself contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? undefined : fields[19];
}

function startedByPs(pid: number): string | undefined {
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      // lstart in English
      env: { ...process.env, LC_ALL: "C" },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    const [state = "", ...started] = line.split(/\s+/);
    return state === "" || state.startsWith("Z") ? undefined : started.join(" ");
  } catch {
    return undefined; // ps exits with 1 when there is no such process
  }
}
