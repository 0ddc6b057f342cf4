import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../../provider-kit/engine-log";
import type { Api, Place } from "../api/api";
import type { CallOptions } from "../api/client";
import { isForbidden, isTransient, ServerError } from "../api/errors";
import { formatId } from "../shared/id";

/** In a transaction every call replays the earlier ones, so their cost grows with the square. */
const MAX_REQUESTS = 25;
const MAX_TOTAL_MS = 15_000;

/** How long a call that is under way is waited for at the end of a preview. */
const LAST_CALL_MS = 1_000;

/** How long a transaction that is being started is waited for besides, so that it can be deleted. */
const LATE_START_MS = 1_500;

/** How long its deletion may take: the engine kills plugins after 5 seconds. */
const CLOSE = { timeoutMs: 2_000 };

/**
 * Lets the server validate what a preview plans. All planned changes are sent in one transaction
 * that is never finished: Pachyderm checks each together with the earlier ones, rolls it back
 * (pachyderm/pachyderm src/internal/transactionenv/env.go), and forgets it when the transaction is
 * deleted at the end of the preview.
 */
export class PreviewValidation {
  readonly #api: Api;
  readonly #log: Log;
  #queue: Promise<unknown> = Promise.resolve();
  #transaction: Promise<string> | undefined;
  #requests = 0;
  #spentMs = 0;
  /** Why validation ended early; told to the user once. */
  #ended: string | undefined;
  /** Repos that the preview makes but the transaction lacks. */
  readonly #unseenRepos = new Set<string>();
  /** Projects that the preview makes: no transaction can make one. */
  readonly #unseenProjects = new Set<string>();
  #closed = false;

  constructor(api: Api, log: Log) {
    this.#api = api;
    this.#log = log;
  }

  /**
   * Sends one planned change; throws what the server refuses it for.
   *
   * @param output the repo that exists after the change
   */
  validate(
    output: Place,
    urn: string,
    send: (options: CallOptions) => Promise<void>,
  ): Promise<void> {
    const turn = this.#queue.then(() => this.#send(output, urn, send));
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
  skip(output: Place): void {
    this.#unseenRepos.add(formatId(output));
  }

  /** Leaves out all that is planned in a project, because the server can't know the project yet. */
  skipProject(project: string): void {
    this.#unseenProjects.add(project);
  }

  /** Deletes the transaction, so that nothing is left on the server. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.race([this.#queue, sleep(LAST_CALL_MS)]);
    const started = this.#transaction?.catch(() => undefined); // told to who started it
    const transaction = await Promise.race([started, sleep(LATE_START_MS)]);
    this.#transaction = undefined;
    if (transaction !== undefined) await this.#api.deleteTransaction(transaction, CLOSE);
  }

  /** The transaction of this preview. One that can't be started is tried again for the next change. */
  async #start(): Promise<string> {
    this.#transaction ??= this.#api.startTransaction();
    try {
      return await this.#transaction;
    } catch (error) {
      this.#transaction = undefined;
      throw error;
    }
  }

  async #send(
    output: Place,
    urn: string,
    send: (options: CallOptions) => Promise<void>,
  ): Promise<void> {
    if (this.#closed || this.#ended !== undefined) return this.skip(output);
    if (this.#unseenProjects.has(output.project)) return this.skip(output);
    const start = Date.now();
    try {
      const transaction = await this.#start();
      if (this.#closed) return; // it came too late, and is deleted
      this.#requests++;
      await send({ transaction, timeoutMs: MAX_TOTAL_MS });
    } catch (error) {
      this.skip(output);
      await this.#judge(error, urn);
    }
    this.#spentMs += Date.now() - start;
    if (this.#requests >= MAX_REQUESTS || this.#spentMs > MAX_TOTAL_MS) {
      await this.#end(
        `the first ${this.#requests} changes were validated by Pachyderm, later ones are not: ` +
          "each one takes longer than the one before",
        "info",
        urn,
      );
    }
  }

  /** Throws the error if it is about the change itself. */
  async #judge(error: unknown, urn: string): Promise<void> {
    if (isTransient(error) || isForbidden(error)) {
      const reason = `not validated by Pachyderm: ${(error as Error).message}`;
      return await this.#end(reason, "warning", urn);
    }
    if (isAboutEarlierOne(error)) {
      const reason = "what Pachyderm validated earlier in this preview has changed there meanwhile";
      return await this.#end(`not validated by Pachyderm any more: ${reason}`, "warning", urn);
    }
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
