import type { Log } from "../../../kit/engine-log";
import type { Api, ObjectRef } from "../api/api";
import { formatId } from "../api/object-ref";
import { CostAccounts, OverBudget } from "./accounts";
import { type CostContext, Refused } from "./context";
import { createCosts, type PipelineCreation } from "./creation";
import { deletePipelineCosts, deleteRepoCosts } from "./deletion";
import { LookupLimits, type LookupLimitsOptions } from "./lookup-limits";
import { Lookups } from "./lookups";
import { CostNotes } from "./notes";
import type { Deletion, StackDescription } from "./stack";
import { type PipelineUpdate, updateCosts } from "./update";

export interface ChangeCostsOptions {
  /** The file for the notes, for the command that prints all costs. */
  readonly file?: string | undefined;
  readonly now?: () => number;
  /** The limits of lookups on the server. */
  readonly limits?: LookupLimitsOptions | undefined;
}

/**
 * Shows what changes cost: a line for each pipeline that starts with the category, a line for the
 * pipelines downstream, and warnings about surprising effects. This is for information: whatever the
 * server responds, only an exceeded limit or a change that Pachyderm would refuse is an error.
 */
export class ChangeCosts {
  readonly #accounts: CostAccounts;
  readonly #notes: CostNotes;
  readonly #lookups: Lookups;
  readonly #now: () => number;
  readonly #isPossible: () => boolean;
  readonly #hasAuth: () => boolean;

  constructor(
    api: () => Api,
    log: Log,
    server: { readonly isPossible: () => boolean; readonly hasAuth: () => boolean },
    { file, now = Date.now, limits }: ChangeCostsOptions = {},
  ) {
    this.#lookups = new Lookups(api, new LookupLimits(limits));
    this.#accounts = new CostAccounts(file);
    this.#notes = new CostNotes(log, this.#accounts);
    this.#now = now;
    this.#isPossible = server.isPossible;
    this.#hasAuth = server.hasAuth;
  }

  /** Whether a resource of the described stack has this id before the update. */
  isOwn(urn: string, id: string): boolean {
    return this.#accounts.isOwn(urn, id);
  }

  /** @throws OverBudget if the deletes exceed the budget */
  async describe(stack: StackDescription): Promise<void> {
    this.#accounts.setStack(stack);
    for (const deletion of stack.deletes) {
      await this.#safely(deletion.urn ?? "", [deletion], () =>
        deletion.kind === "repo"
          ? deleteRepoCosts(this.#context, deletion)
          : deletePipelineCosts(this.#context, deletion),
      );
    }
  }

  /** @throws OverBudget if a limit is exceeded */
  async update(update: PipelineUpdate): Promise<void> {
    await this.#safely(update.urn, [update.ref], () => updateCosts(this.#context, update));
  }

  /** @throws OverBudget if a limit is exceeded */
  async create(creation: PipelineCreation): Promise<void> {
    const { urn, ref, replaced } = creation;
    const refs = [ref, replaced?.ref].filter((one) => one !== undefined);
    await this.#safely(urn, refs, () => createCosts(this.#context, creation));
  }

  /** Counts a repo that another one replaces. */
  async replaceRepo(urn: string, repo: ObjectRef): Promise<void> {
    if (this.#accounts.isKept(repo)) return;
    const deletion: Deletion = { ...repo, kind: "repo", urn, keepRepo: false };
    await this.#safely(urn, [repo], () => deleteRepoCosts(this.#context, deletion));
  }

  get #context(): CostContext {
    return {
      notes: this.#notes,
      lookups: this.#lookups,
      accounts: this.#accounts,
      hasAuth: this.#hasAuth(),
      now: new Date(this.#now()),
    };
  }

  /** Runs an action so that only an exceeded limit or a refused change is an error. */
  async #safely(
    urn: string,
    refs: readonly ObjectRef[],
    action: () => Promise<void>,
  ): Promise<void> {
    if (!this.#isPossible()) return;
    try {
      await action();
    } catch (error) {
      if (error instanceof OverBudget || error instanceof Refused) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      await this.#notes.fail(urn, `the costs of ${refs.map(formatId).join(", ")}: ${reason}`);
    }
  }
}
