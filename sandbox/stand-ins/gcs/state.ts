import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Bucket } from "./bucket";
import type { Policy } from "./iam-policy";
import type { StoredObject } from "./objects";

/** A bucket with its policy and objects. */
export interface BucketRecord {
  /** The id of the project that owns it. */
  readonly project: string;
  readonly bucket: Bucket;
  readonly policy: Policy;
  /** Every version of every object, oldest first. */
  readonly objects: readonly StoredObject[];
}

/** The service's data: one record per bucket name. */
export type Records = Readonly<Record<string, BucketRecord>>;

/** Stores the records: in memory, or in a file that is replaced at every change. */
export interface State {
  readonly records: Records;
  put(name: string, record: BucketRecord): void;
  remove(name: string): void;
}

/** @param folder where the file is; undefined: in memory only. */
export function openState(folder: string | undefined): State {
  if (folder === undefined) return new MemoryState({});
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "buckets.json");
  return new MemoryState(readRecords(file), (records) => writeAtomically(file, records));
}

class MemoryState implements State {
  readonly #save: (records: Records) => void;

  constructor(
    public records: Records,
    save: (records: Records) => void = () => {},
  ) {
    this.#save = save;
  }

  put(name: string, record: BucketRecord): void {
    this.#replace({ ...this.records, [name]: record });
  }

  remove(name: string): void {
    const { [name]: _, ...rest } = this.records;
    this.#replace(rest);
  }

  /** Saved first, so that only saved changes are acknowledged. */
  #replace(records: Records): void {
    this.#save(records);
    this.records = records;
  }
}

function readRecords(file: string): Records {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  try {
    return JSON.parse(text) as Records;
  } catch {
    throw new Error(`${file} is damaged; delete it to start over`);
  }
}

/**
 * If the process is killed at any time, either the old or the new file remains, never part of one.
 */
function writeAtomically(file: string, records: Records): void {
  const temporary = `${file}.new`;
  const descriptor = openSync(temporary, "w", 0o600);
  try {
    writeSync(descriptor, JSON.stringify(records, null, 1));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
}
