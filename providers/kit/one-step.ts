/** Replaces files in one step, so that no process reads a partial one. */
import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Replaces the contents of a file. Without a mode, the file gets the mode of a new file. */
export function writeInOneStep(file: string, content: string | Uint8Array, mode?: number): void {
  const draft = draftOf(file);
  try {
    writeDraft(file, content, mode);
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Writes the new contents to a draft beside the file, and returns the draft's path. */
export function writeDraft(file: string, content: string | Uint8Array, mode?: number): string {
  const draft = draftOf(file);
  // written to disk before the rename, because the machine may lose power in between
  writeFileSync(draft, content, { ...(mode !== undefined && { mode }), flush: true });
  // the umask may have removed some of its bits
  if (mode !== undefined) chmodSync(draft, mode & 0o777);
  return draft;
}

/** The path of a process's draft of a file or folder. */
export function draftOf(path: string, pid = process.pid): string {
  return join(dirname(path), `.${pid}.${path.split("/").at(-1)}.tmp`);
}
