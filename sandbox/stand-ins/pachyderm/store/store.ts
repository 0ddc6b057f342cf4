import {
  appendFileSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
} from "node:fs";
import { join } from "node:path";
import {
  apply,
  type Change,
  changesOf,
  type Database,
  type Draft,
  draftOf,
  emptyDatabase,
} from "./draft";
import { TABLES } from "./records";

const JOURNAL = "journal.jsonl";

/**
 * The tables, in memory and in a journal: one line per change, written before the change is
 * acknowledged. A process that is killed during a write leaves a last line without a line end; that
 * change was never acknowledged and is dropped at the next start. (No fsync per change: writes
 * survive a killed process, but not a crash of the machine.)
 */
export class Store {
  #database: Database = emptyDatabase();
  #journal: number | undefined;

  readonly #folder: string | undefined;

  /** @param folder the folder of the journal; undefined: in memory only. */
  constructor(folder?: string) {
    this.#folder = folder;

    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    for (const changes of readJournal(join(folder, JOURNAL))) apply(this.#database, changes);
    this.#compact(folder);
  }

  /** A scratch copy, to read from or to try changes on. */
  draft(): Draft {
    return draftOf(this.#database);
  }

  /** Runs `action` on a scratch copy and applies what it changed, unless it throws. */
  change<T>(action: (draft: Draft) => T): T {
    const draft = this.draft();
    const result = action(draft);
    this.#commit(changesOf(draft));
    return result;
  }

  /** Deletes everything. */
  clear(): void {
    this.#database = emptyDatabase();
    if (this.#folder !== undefined) this.#compact(this.#folder);
  }

  close(): void {
    if (this.#journal !== undefined) closeSync(this.#journal);
    this.#journal = undefined;
  }

  #commit(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    if (this.#folder !== undefined) {
      if (this.#journal === undefined) throw new Error("the store is closed");
      appendFileSync(this.#journal, `${JSON.stringify(changes)}\n`);
    }
    apply(this.#database, changes);
  }

  /** Starts a new journal whose first line contains everything; a rename puts it in place. */
  #compact(folder: string): void {
    this.close();
    const path = join(folder, JOURNAL);
    const temporary = `${path}.new`;
    const everything = TABLES.flatMap((table) =>
      [...this.#database[table]].map(([key, record]): Change => [table, key, record]),
    );
    this.#journal = openSync(temporary, "w");
    appendFileSync(this.#journal, `${JSON.stringify(everything)}\n`);
    fsyncSync(this.#journal);
    renameSync(temporary, path);
  }
}

function readJournal(path: string): Change[][] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  // what follows the last line end is a write that was interrupted by a kill
  return text
    .split("\n")
    .slice(0, -1)
    .map((line, index) => {
      try {
        return JSON.parse(line) as Change[];
      } catch {
        throw new Error(`${path}:${index + 1} is damaged; delete the folder to start over`);
      }
    });
}
