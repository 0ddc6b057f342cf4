import { readFileSync } from "node:fs";

/** The text of a file; undefined if there is none. */
export function readIfThere(file: string): string | undefined {
  return readBytesIfThere(file)?.toString("utf8");
}

/** The content of a file; undefined if there is none. */
export function readBytesIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
