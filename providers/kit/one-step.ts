/** Files that are replaced in one step, so that nobody reads half of one. */
import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Replaces what a file holds. Without a mode, the file has that of a new one. */
export function writeInOneStep(file: string, content: string | Uint8Array, mode?: number): void {
  const draft = draftOf(file);
  try {
    writeDraft(file, content, mode);
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Writes what a file is about to hold beside it, and returns where. */
export function writeDraft(file: string, content: string | Uint8Array, mode?: number): string {
  const draft = draftOf(file);
  // on disk before the rename is: otherwise the machine may lose power in between
  writeFileSync(draft, content, { ...(mode !== undefined && { mode }), flush: true });
  // the umask may have taken some of it away
  if (mode !== undefined) chmodSync(draft, mode & 0o777);
  return draft;
}

/** Where a process has what a file or folder is about to be. */
export function draftOf(path: string, pid = process.pid): string {
  return join(dirname(path), `.${pid}.${path.split("/").at(-1)}.tmp`);
}
