import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../../kit/engine-log";
import type { Api, ObjectRef } from "../api/api";
import type { CallOptions } from "../api/client";
import { isForbidden, isTransient, ServerError } from "../api/errors";
import { formatId } from "../api/object-ref";
import type { InputRepos } from "./input-repos";
import { type OpenTransaction, OpenTransactions } from "./open-transactions";
import { type PlannedChange, relatedChanges, replayCost } from "./planned-changes";

/** A server is not to be kept busy by a preview for longer. */
const MAX_REQUESTS = 100;
const MAX_TOTAL_MS = 15_000;

/** How long a call that is under way is waited for at the end of a preview. */
const LAST_CALL_MS = 1_000;

/** Sends a planned change into a transaction. */
type Send = (options: CallOptions) => Promise<void>;

/** A change that a preview plans. */
export interface Change extends Partial<InputRepos> {
  /** The repo that exists after it. */
  readonly output: ObjectRef;
}

/**
 * Lets the server validate what a preview plans. Planned changes are sent in transactions that are
 * never finished: Pachyderm checks each together with the earlier ones of its transaction, rolls it
 * back (pachyderm/pachyderm src/internal/transactionenv/env.go), and forgets it when the
 * transaction is deleted, at the end of the preview at the latest.
 *
 * Each request makes the server replay those before it in its transaction. So a change shares one
 * only with those that it has to do with, and those are sent again where that costs less.
 */
export class PreviewValidation {
  readonly #log: Log;
  #queue: Promise<unknown> = Promise.resolve();
  readonly #transactions: OpenTransactions<PlannedChange<Send>>;
  /** The changes that the server has taken so far. */
  readonly #planned: PlannedChange<Send>[] = [];
  #requests = 0;
  #spentMs = 0;
  /** Why validation ended early; told to the user once. */
  #ended: string | undefined;
  /** Repos that the preview makes but the transaction lacks. */
  readonly #unseenRepos = new Set<string>();
  /** Projects that the preview makes: no transaction can make one. */
  readonly #unseenProjects = new Set<string>();
  #closed = false;
  #closing: Promise<void> | undefined;
  /** Ends the call that is under way when the preview's time is over. */
  readonly #late = new AbortController();

  constructor(api: Api, log: Log) {
    this.#transactions = new OpenTransactions(api);
    this.#log = log;
  }

  /** Sends one planned change; throws what the server refuses it for. */
  validate(change: Change, urn: string, send: Send): Promise<void> {
    const turn = this.#queue.then(() => this.#send(change, urn, send));
    this.#queue = turn.catch(() => undefined); // told to the caller of its own turn
    return turn;
  }

  /**
   * Looks at the server with calls that change nothing, outside the transaction; throws what the
   * look finds wrong.
   */
  async look(urn: string, check: () => Promise<void>): Promise<void> {
    if (this.#closed || this.#ended !== undefined) return;
    try {
      await check();
    } catch (error) {
      await this.#judge(error, urn);
    }
  }

  /** Validates nothing from now on, because the user wants none or has been told why not. */
  turnOff(): void {
    this.#ended ??= "turned off";
  }

  /** Leaves a planned change out, because it is not fully known yet. */
  skip(output: ObjectRef): void {
    this.#unseenRepos.add(formatId(output));
  }

  /** Leaves out all that is planned in a project, because the server can't know the project yet. */
  skipProject(project: string): void {
    this.#unseenProjects.add(project);
  }

  /** Deletes the transactions, so that nothing is left on the server. Safe to call again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closed = true;
    await Promise.race([this.#queue, sleep(LAST_CALL_MS)]);
    this.#late.abort();
    await this.#transactions.close();
  }

  async #send({ output, reads = [], makes = [] }: Change, urn: string, send: Send): Promise<void> {
    if (this.#closed || this.#ended !== undefined) return this.skip(output);
    if (this.#unseenProjects.has(output.project)) return this.skip(output);
    const start = Date.now();
    const change = {
      makes: [output, ...makes].map(formatId),
      reads: reads.map(formatId),
      send,
    };
    try {
      await this.#sendWithRelated(change);
    } catch (error) {
      this.skip(output);
      await this.#judge(error, urn);
    }
    this.#spentMs += Date.now() - start;
    if (this.#requests >= MAX_REQUESTS || this.#spentMs > MAX_TOTAL_MS) {
      await this.#end(
        `the first ${this.#planned.length} changes were validated by Pachyderm, later ones are ` +
          `not: validation ends after ${MAX_TOTAL_MS / 1000} s or ${MAX_REQUESTS} requests`,
        "info",
        urn,
      );
    }
  }

  /** Sends a change after those that it has to do with, in the transaction where that costs least. */
  async #sendWithRelated(change: PlannedChange<Send>): Promise<void> {
    const related = relatedChanges(this.#planned, change);
    const transaction =
      cheapest(this.#transactions.all, related) ?? (await this.#transactions.start());
    if (transaction === undefined) return;
    this.#transactions.use(transaction);
    for (const earlier of missing(transaction, related)) {
      if (this.#closed) return;
      await this.#sendOnce(earlier, transaction).catch((error: unknown) => {
        const isItself = isTransient(error) || isForbidden(error) || isLimitOfTransactions(error);
        throw isItself ? error : new ChangedMeanwhile();
      });
    }
    if (this.#closed) return; // it came too late: the transaction is being deleted
    await this.#sendOnce(change, transaction);
    this.#planned.push(change);
  }

  async #sendOnce(
    change: PlannedChange<Send>,
    { id, held }: OpenTransaction<PlannedChange<Send>>,
  ): Promise<void> {
    this.#requests++;
    const { signal } = this.#late;
    await change.send({ transaction: id, timeoutMs: MAX_TOTAL_MS, signal });
    held.push(change);
  }

  /** Throws the error if it is about the change itself. */
  async #judge(error: unknown, urn: string): Promise<void> {
    if (this.#closed) return; // the preview was cancelled, or is over
    if (isTransient(error) || isForbidden(error)) {
      const reason = `not validated by Pachyderm: ${(error as Error).message}`;
      return await this.#end(reason, "warning", urn);
    }
    if (error instanceof ChangedMeanwhile || isAboutEarlierOne(error)) {
      const reason = "what Pachyderm validated earlier in this preview has changed there meanwhile";
      return await this.#end(`not validated by Pachyderm any more: ${reason}`, "warning", urn);
    }
    if (isLimitOfTransactions(error)) return;
    const missing = missingRepo(error);
    if (missing !== undefined && this.#unseenRepos.has(missing)) return;
    throw error;
  }

  async #end(reason: string, severity: "info" | "warning", urn: string): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    await this.#log.log(severity, reason, urn);
  }
}

/** The server refuses a change that it took earlier in this preview. */
class ChangedMeanwhile extends Error {}

/** The open transaction to send a change into, or undefined where a new one costs less. */
function cheapest(
  open: readonly OpenTransaction<PlannedChange<Send>>[],
  related: readonly PlannedChange<Send>[],
): OpenTransaction<PlannedChange<Send>> | undefined {
  const costs = open.map((transaction) => ({
    transaction,
    cost: replayCost(transaction.held.length, missing(transaction, related).length + 1),
  }));
  const [best] = costs.sort((a, b) => a.cost - b.cost);
  const anew = replayCost(0, related.length + 1);
  return best !== undefined && best.cost <= anew ? best.transaction : undefined;
}

function missing<Change>({ held }: OpenTransaction<Change>, related: readonly Change[]): Change[] {
  return related.filter((change) => !held.includes(change));
}

/**
 * Whether the server refuses what only a transaction can't do: a repo has one commit in it, so two
 * new branches of it, even of two pipelines that read it, can't be made in one.
 */
function isLimitOfTransactions(error: unknown): boolean {
  return (
    error instanceof ServerError &&
    /create empty commit: .* already has a commit in this transaction/s.test(error.serverMessage)
  );
}

/** Whether the server refuses not the last change but one before it, when it replays them all. */
function isAboutEarlierOne(error: unknown): boolean {
  if (!(error instanceof ServerError)) return false;
  const match = /error running request (\d+) of (\d+): /.exec(error.serverMessage);
  return match !== null && match[1] !== match[2];
}

/** The repo that the server misses, as `project/name`. */
function missingRepo(error: unknown): string | undefined {
  if (!(error instanceof ServerError) || error.httpStatus !== 404) return undefined;
  return /repo (\S+\/\S+) not found/.exec(error.serverMessage)?.[1];
}
