import { setTimeout as sleep } from "node:timers/promises";
import type { Api } from "../api/api";

/**
 * The number of concurrent calls of the client, so that all are deleted in one round at the end.
 */
const MAX_OPEN = 8;

/**
 * How long to wait at the end for transactions that are being started, so that they can be deleted,
 * too.
 */
const PENDING_MS = 1_500;

/** How long their deletion may take: the engine kills plugins after 5 seconds. */
const CLOSE = { timeoutMs: 2_000 };

/** An open transaction of this preview on the server, and its contents. */
export interface OpenTransaction<Change> {
  readonly id: string;
  /** The changes that the server has accepted into it, in order. */
  readonly held: Change[];
}

/**
 * The transactions of a preview: none is ever finished, and none is left behind. Only a few are
 * open at a time: the least recently used one is deleted first.
 */
export class OpenTransactions<Change> {
  readonly #api: Api;
  /** Starts and deletions in progress. */
  readonly #pending = new Set<Promise<unknown>>();
  /** The most recently used last. */
  #open: OpenTransaction<Change>[] = [];
  #closed = false;

  constructor(api: Api) {
    this.#api = api;
  }

  get all(): readonly OpenTransaction<Change>[] {
    return this.#open;
  }

  /** Starts another one; undefined if they have been closed. */
  async start(): Promise<OpenTransaction<Change> | undefined> {
    if (this.#open.length >= MAX_OPEN) await this.#track(this.#deleteOldest());
    return this.#closed ? undefined : await this.#track(this.#start());
  }

  /** Marks a transaction as used, so that it stays open. */
  use(transaction: OpenTransaction<Change>): void {
    this.#open = [...this.#open.filter((other) => other !== transaction), transaction];
  }

  /** Deletes all, including those that are being started. */
  async close(): Promise<void> {
    this.#closed = true;
    const pending = Promise.allSettled(this.#pending); // failures are reported to the caller that started it
    await Promise.race([pending, sleep(PENDING_MS, undefined, { ref: false })]);
    const ids = this.#open.splice(0).map(({ id }) => id);
    await Promise.all(ids.map((id) => this.#api.deleteTransaction(id, CLOSE)));
  }

  async #start(): Promise<OpenTransaction<Change>> {
    const transaction = { id: await this.#api.startTransaction(), held: [] };
    this.#open.push(transaction);
    return transaction;
  }

  async #deleteOldest(): Promise<void> {
    const oldest = this.#open.shift();
    if (oldest === undefined) return;
    try {
      await this.#api.deleteTransaction(oldest.id, CLOSE);
    } catch (error) {
      this.#open.unshift(oldest); // retried at the end
      throw error;
    }
  }

  async #track<T>(action: Promise<T>): Promise<T> {
    this.#pending.add(action);
    try {
      return await action;
    } finally {
      this.#pending.delete(action);
    }
  }
}
