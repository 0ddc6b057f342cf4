import { renameSync, writeFileSync } from "node:fs";

/**
 * Writes a file that only the user may read. It is replaced atomically, so that readers never see
 * part of it, even after a kill.
 */
export function writePrivateFile(file: string, content: string | Buffer): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
