import { TABLES, type Tables } from "./records";

/** All tables, each by key in the order of creation. */
export type Database = { readonly [Name in keyof Tables]: Map<string, Tables[Name]> };

export function emptyDatabase(): Database {
  return Object.fromEntries(TABLES.map((name) => [name, new Map()])) as unknown as Database;
}

/** One changed record; null means that it is removed. */
export type Change = readonly [table: keyof Tables, key: string, record: unknown];

/** A table with unapplied changes. */
export class DraftTable<Value> {
  readonly #changed = new Map<string, Value | undefined>();

  readonly #base: ReadonlyMap<string, Value>;

  constructor(base: ReadonlyMap<string, Value>) {
    this.#base = base;
  }

  get(key: string): Value | undefined {
    return this.#changed.has(key) ? this.#changed.get(key) : this.#base.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  put(key: string, value: Value): void {
    this.#changed.set(key, value);
  }

  delete(key: string): void {
    this.#changed.set(key, undefined);
  }

  /** In the order of creation. */
  entries(): [string, Value][] {
    const keys = new Set([...this.#base.keys(), ...this.#changed.keys()]);
    return [...keys].flatMap((key): [string, Value][] => {
      const value = this.get(key);
      return value === undefined ? [] : [[key, value]];
    });
  }

  values(): Value[] {
    return this.entries().map(([, value]) => value);
  }

  get changes(): readonly (readonly [string, Value | undefined])[] {
    return [...this.#changed];
  }
}

/** A scratch copy of all tables, to be applied as one change or discarded. */
export type Draft = { readonly [Name in keyof Tables]: DraftTable<Tables[Name]> };

export function draftOf(database: Database): Draft {
  return Object.fromEntries(
    TABLES.map((name) => [name, new DraftTable<unknown>(database[name])]),
  ) as unknown as Draft;
}

export function changesOf(draft: Draft): Change[] {
  return TABLES.flatMap((table) =>
    draft[table].changes.map(([key, record]): Change => [table, key, record ?? null]),
  );
}

export function apply(database: Database, changes: readonly Change[]): void {
  for (const [name, key, record] of changes) {
    const table = database[name] as Map<string, unknown>;
    if (record === null) table.delete(key);
    else table.set(key, record);
  }
}
