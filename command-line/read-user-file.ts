import { readFileSync } from "node:fs";

const REASONS: Readonly<Record<string, (name: string) => string>> = {
  ENOENT: (name) => `file ${name} does not exist`,
  EISDIR: (name) => `${name} is a folder; expected a file`,
  EACCES: (name) => `cannot read ${name}: permission denied`,
};

/** Reads a file that the user names; errors are one line. 0 is standard input. */
export function readUserFile(file: string | 0): Buffer {
  const name = file === 0 ? "standard input" : file;
  try {
    return readFileSync(file);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new Error(REASONS[code]?.(name) ?? `cannot read ${name}: ${message}`);
  }
}
