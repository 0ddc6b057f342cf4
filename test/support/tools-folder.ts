import { mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for PATH that contains only what is needed to start a program. */
export function folderOfTools(): string {
  const folder = mkdtempSync(join(tmpdir(), "tools-"));
  for (const tool of ["cat", "sleep"]) symlinkSync(join("/bin", tool), join(folder, tool));
  return folder;
}
