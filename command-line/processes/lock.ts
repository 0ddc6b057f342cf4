import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readIfThere } from "../read-if-there";
import { identify, isRunning, type ProcessIdentity } from "./process-table";

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once if another process holds the lock. */
  readonly onWait?: (holder: ProcessIdentity) => void;
}

/** Runs `work` while holding the lock; waits until its current holder releases it or ends. */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  let waiting = false;
  while (!takeLock(file)) {
    const holder = readHolder(file);
    if (holder === undefined) continue;
    if (!isRunning(holder)) {
      removeStale(file, holder);
      continue;
    }
    if (!waiting) options.onWait?.(holder);
    waiting = true;
    await sleep(250, undefined, { signal: options.signal });
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * Creates the lock file with its contents atomically: a link, unlike a rename, never replaces a
 * file.
 */
function takeLock(file: string): boolean {
  const candidate = `${file}.${process.pid}`;
  writeFileSync(candidate, JSON.stringify(identify(process.pid)));
  try {
    linkSync(candidate, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(candidate, { force: true });
  }
}

/** Removes the lock of a process that has ended, unless another process already did. */
function removeStale(file: string, holder: ProcessIdentity): void {
  const removed = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, removed);
    if (readHolder(removed)?.pid !== holder.pid) linkSync(removed, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "EEXIST") throw error;
  } finally {
    rmSync(removed, { force: true });
  }
}

function readHolder(file: string): ProcessIdentity | undefined {
  const text = readIfThere(file);
  return text === undefined ? undefined : (JSON.parse(text) as ProcessIdentity);
}
