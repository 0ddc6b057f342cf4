/** Changes of files that take effect together, or not at all. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

export class Changes {
  readonly #undo: (() => void)[] = [];

  /** Creates a folder with files, in one step. */
  createFolder(folder: string, files: Readonly<Record<string, string>>): void {
    const draft = beside(folder);
    this.#undo.push(() => rmSync(draft, { recursive: true, force: true }));
    mkdirSync(draft);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(draft, name), text);
    if (existsSync(folder)) throw new Error(`${folder} already exists`);
    renameSync(draft, folder);
    this.#undo.push(() => rmSync(folder, { recursive: true, force: true }));
  }

  /** Replaces what a file holds, in one step. */
  replace(file: string, text: string): void {
    const target = realpathSync(file);
    const before = readFileSync(target);
    const { mode } = statSync(target);
    this.#undo.push(() => writeInOneStep(target, before, mode));
    writeInOneStep(target, text, mode);
  }

  /** Puts everything back as it was, byte by byte. */
  restore(): void {
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) undo();
  }

  /** From now on, nothing is put back. */
  keep(): void {
    this.#undo.length = 0;
  }
}

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/**
 * Makes changes and puts them back unless the result is true, also where the work fails or the
 * process is asked to end.
 */
export async function allOrNothing(make: (changes: Changes) => Promise<boolean>): Promise<boolean> {
  const changes = new Changes();
  const stop = (signal: keyof typeof SIGNALS) => {
    changes.restore();
    console.error("Interrupted: all files are as they were");
    process.exit(128 + SIGNALS[signal]);
  };
  for (const signal of Object.keys(SIGNALS)) process.on(signal, stop);
  try {
    const isDone = await make(changes);
    if (isDone) changes.keep();
    return isDone;
  } finally {
    changes.restore();
    for (const signal of Object.keys(SIGNALS)) process.off(signal, stop);
  }
}

function writeInOneStep(file: string, content: string | Uint8Array, mode: number): void {
  const draft = beside(file);
  try {
    writeFileSync(draft, content, { mode });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

function beside(path: string): string {
  return join(dirname(path), `.${process.pid}.${path.split("/").at(-1)}.tmp`);
}
