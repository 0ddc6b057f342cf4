/** Changes of files that take effect together, or not at all. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { repository } from "../../../command-line/repository";
import { draftOf, writeInOneStep } from "../../../providers/kit/one-step";
import { describeRestored, Journal, type Restored } from "./journal";

export class Changes {
  readonly #journal: Journal;

  /** @param root the folder that holds the journal */
  constructor(root = repository) {
    this.#journal = new Journal(realpathSync(root));
  }

  /** Creates a folder with files, in one step. */
  createFolder(path: string, files: Readonly<Record<string, string>>): void {
    const folder = realPathOfNew(path);
    if (existsSync(folder)) throw new Error(`${folder} already exists`);
    const draft = draftOf(folder);
    this.#journal.addFolder(folder);
    for (const [name, text] of Object.entries(files))
      this.#journal.addFile(join(folder, name), Buffer.from(text));
    mkdirSync(draft);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(draft, name), text);
    renameSync(draft, folder);
  }

  /** Replaces the content of a file, in one step. */
  replace(file: string, text: string): void {
    const target = realpathSync(file);
    const { mode } = statSync(target);
    const after = Buffer.from(text);
    this.#journal.addFile(target, after, { content: readFileSync(target), mode });
    writeInOneStep(target, after, mode);
  }

  /** Restores everything byte by byte, except for files that others have changed since. */
  restore(): Restored {
    return this.#journal.undo();
  }

  /** Keeps the changes: nothing is restored any more. */
  keep(): void {
    this.#journal.remove();
  }
}

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/**
 * Makes changes, and reverts them unless the result is true, even if the work fails or the process
 * is interrupted.
 */
export async function allOrNothing(
  make: (changes: Changes) => Promise<boolean>,
  root = repository,
): Promise<boolean> {
  const changes = new Changes(root);
  const stop = (signal: keyof typeof SIGNALS) => {
    const outcome = changes.restore();
    const said = outcome.changed.length > 0 ? describeRestored(outcome) : "all files are unchanged";
    console.error(`Interrupted: ${said}`);
    process.exit(128 + SIGNALS[signal]);
  };
  for (const signal of Object.keys(SIGNALS)) process.on(signal, stop);
  try {
    const isDone = await make(changes);
    if (isDone) changes.keep();
    return isDone;
  } finally {
    const outcome = changes.restore();
    if (outcome.changed.length > 0) console.error(`note: ${describeRestored(outcome)}`);
    for (const signal of Object.keys(SIGNALS)) process.off(signal, stop);
  }
}

/** The real path of something that does not exist yet. */
function realPathOfNew(path: string): string {
  return join(realpathSync(join(path, "..")), path.split("/").at(-1) ?? "");
}
