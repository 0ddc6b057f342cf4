import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../../kit/engine-log";
import type { Api, ObjectRef } from "../api/api";
import { isTokenRefused } from "../api/auth-errors";
import type { CallOptions } from "../api/client";
import { isForbidden, isTransient, isUnauthenticated, ServerError } from "../api/errors";
import { formatId } from "../api/object-ref";
import type { InputRepos } from "./input-repos";
import { type OpenTransaction, OpenTransactions } from "./open-transactions";
import { type PlannedChange, relatedChanges, replayCost } from "./planned-changes";

/** Limits, so that a preview does not keep the server busy. */
const MAX_REQUESTS = 100;
const MAX_TOTAL_MS = 15_000;

/** How long to wait for a call in progress at the end of a preview. */
const LAST_CALL_MS = 1_000;

/** Sends a planned change into a transaction. */
type Send = (options: CallOptions) => Promise<void>;

/** A change that a preview plans. */
export interface Change extends Partial<InputRepos> {
  /** The repo that exists after it. */
  readonly output: ObjectRef;
}

/**
 * Validates planned changes on the server. They are sent in transactions that are never finished:
 * Pachyderm checks each change together with the earlier ones of its transaction and rolls it back
 * (pachyderm/pachyderm src/internal/transactionenv/env.go). It discards them when the transaction
 * is deleted, at the latest at the end of the preview.
 *
 * For each request, the server replays those before it in the transaction. So a change shares a
 * transaction only with related changes, which are sent again if that costs less.
 */
export class PreviewValidation {
  readonly #log: Log;
  #queue: Promise<unknown> = Promise.resolve();
  readonly #transactions: OpenTransactions<PlannedChange<Send>>;
  /** The changes that the server has accepted so far. */
  readonly #planned: PlannedChange<Send>[] = [];
  #requests = 0;
  #spentMs = 0;
  /** Why validation ended early; reported to the user once. */
  #ended: string | undefined;
  /** Repos that the preview creates but the transaction does not contain. */
  readonly #unseenRepos = new Set<string>();
  /** Projects that the preview creates, which a transaction cannot. */
  readonly #unseenProjects = new Set<string>();
  #closed = false;
  #closing: Promise<void> | undefined;
  /** Ends the call in progress when the preview's time expires. */
  readonly #late = new AbortController();

  constructor(api: Api, log: Log) {
    this.#transactions = new OpenTransactions(api);
    this.#log = log;
  }

  /** Sends one planned change; throws the server's refusal. */
  validate(change: Change, urn: string, send: Send): Promise<void> {
    const turn = this.#queue.then(() => this.#send(change, urn, send));
    this.#queue = turn.catch(() => undefined); // reported to the caller of its own turn
    return turn;
  }

  /** Calls the server without changes, outside of the transaction; throws any problem found. */
  async look(urn: string, check: () => Promise<void>): Promise<void> {
    if (this.#closed || this.#ended !== undefined) return;
    try {
      await check();
    } catch (error) {
      await this.#judge(error, urn);
    }
  }

  /** Stops validation, because the user turned it off or knows why it is not possible. */
  turnOff(): void {
    this.#ended ??= "turned off";
  }

  /** Whether changes are still sent to the server. */
  get isOn(): boolean {
    return !this.#closed && this.#ended === undefined;
  }

  /** Skips a planned change that is not fully known yet. */
  skip(output: ObjectRef): void {
    this.#unseenRepos.add(formatId(output));
  }

  /** Skips all changes in a project that does not exist on the server yet. */
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
    await Promise.race([this.#queue, sleep(LAST_CALL_MS, undefined, { ref: false })]);
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
        `the first ${this.#planned.length} changes were validated by Pachyderm, later ` +
          `changes are not: validation ends after ${MAX_TOTAL_MS / 1000} s or ${MAX_REQUESTS} ` +
          "requests",
        "info",
        urn,
      );
    }
  }

  /**
   * Sends a change after those that it is related to, in the transaction where that costs least.
   */
  async #sendWithRelated(change: PlannedChange<Send>): Promise<void> {
    const related = relatedChanges(this.#planned, change);
    const transaction =
      cheapest(this.#transactions.all, related) ??
      (await this.#transactions.start().catch((error: unknown) => {
        throw isUnauthenticated(error) || isTokenRefused(error)
          ? error
          : new NoTransaction((error as Error).message);
      }));
    if (transaction === undefined) return;
    this.#transactions.use(transaction);
    for (const earlier of missing(transaction, related)) {
      if (this.#closed) return;
      await this.#sendOnce(earlier, transaction).catch((error: unknown) => {
        const isItself = isTransient(error) || isForbidden(error) || isLimitOfTransactions(error);
        throw isItself ? error : new ChangedMeanwhile();
      });
    }
    if (this.#closed) return; // too late: the transaction is being deleted
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

  /** Throws the error if it concerns the change itself. */
  async #judge(error: unknown, urn: string): Promise<void> {
    if (this.#closed) return; // the preview was cancelled or has ended
    if (error instanceof NoTransaction || isTransient(error) || isForbidden(error)) {
      const reason = `not validated by Pachyderm: ${(error as Error).message}`;
      return await this.#end(reason, "warning", urn);
    }
    if (error instanceof ChangedMeanwhile || isAboutEarlierOne(error)) {
      const reason =
        "something that Pachyderm validated earlier in this preview has changed on the server";
      return await this.#end(`no longer validated by Pachyderm: ${reason}`, "warning", urn);
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

/** The server cannot start a transaction, which says nothing about the change. */
class NoTransaction extends Error {}

/** The server refuses a change that it accepted earlier in this preview. */
class ChangedMeanwhile extends Error {}

/** The open transaction to send a change to; undefined if a new one costs less. */
function cheapest(
  open: readonly OpenTransaction<PlannedChange<Send>>[],
  related: readonly PlannedChange<Send>[],
): OpenTransaction<PlannedChange<Send>> | undefined {
  const costs = open.map((transaction) => ({
    transaction,
    cost: replayCost(transaction.held.length, missing(transaction, related).length + 1),
  }));
  const [best] = costs.sort((a, b) => a.cost - b.cost);
  const fromStart = replayCost(0, related.length + 1);
  return best !== undefined && best.cost <= fromStart ? best.transaction : undefined;
}

function missing<Change>({ held }: OpenTransaction<Change>, related: readonly Change[]): Change[] {
  return related.filter((change) => !held.includes(change));
}

/**
 * Whether the server refuses because of a limit of transactions: a repo has one commit in a
 * transaction, so two new branches of a repo, even for two pipelines that read it, cannot be created
 * in one.
 */
function isLimitOfTransactions(error: unknown): boolean {
  return (
    error instanceof ServerError &&
    /create empty commit: .* already has a commit in this transaction/s.test(error.serverMessage)
  );
}

/** Whether the server refuses not the last change but an earlier one, when it replays them all. */
function isAboutEarlierOne(error: unknown): boolean {
  if (!(error instanceof ServerError)) return false;
  const match = /error running request (\d+) of (\d+): /.exec(error.serverMessage);
  return match !== null && match[1] !== match[2];
}

/** The repo that the server does not find, as `project/name`. */
function missingRepo(error: unknown): string | undefined {
  if (!(error instanceof ServerError) || error.httpStatus !== 404) return undefined;
  const message = error.serverMessage;
  const [, project, name] = /repo \(id=\d+, project=(\S+), name=(\S+), type=/.exec(message) ?? [];
  if (project !== undefined) return `${project}/${name}`;
  return /repo (\S+\/\S+) not found/.exec(message)?.[1];
}
