import { flag, text } from "../../../kit/arguments";
import type { Log } from "../../../kit/engine-log";
import type { PropertyChange } from "../../../kit/handler";
import { parsePath } from "../../../kit/property-path";
import { containsUnknown, isMap, type Value, type ValueMap } from "../../../kit/values";
import { type CategorizedChange, categorizeChange } from "../../change-costs/categorize";
import { causesNoJob } from "../../change-costs/category";
import type { CostNote } from "../../change-costs/merge";
import { keptRepoRefusal } from "../../change-costs/refusals";
import type { PipelineCost } from "../../change-costs/report";
import type { TrapFacts } from "../../change-costs/traps";
import { valueAt } from "../../change-costs/value-at";
import { canonicalSpec, equalValues } from "../../spec/canonical";
import type { Api, ListedPipeline, ObjectRef } from "../api/api";
import { formatId } from "../api/object-ref";
import { CostAccounts, OverBudget } from "./accounts";
import { costsBelow, graphOf, readersBelow } from "./below";
import { Gaps } from "./gaps";
import { downstreamLine, repoLine, verdictLine } from "./lines";
import { isFound, LookLimits, type LookLimitsOptions } from "./look-limits";
import { Looks } from "./looks";
import { CostNotes } from "./notes";
import { deletedData, type OwnCost, ownCost, type Server } from "./own";
import type { Deletion, StackDescription } from "./stack";

/** An update of a pipeline, which may no longer exist. */
export interface PipelineUpdate {
  readonly urn: string;
  readonly ref: ObjectRef;
  readonly inputs: ValueMap;
  /** The changes from the pipeline on the server, or from the state if that is unknown. */
  changeFrom(live: ListedPipeline | undefined): {
    readonly oldInputs: ValueMap;
    readonly changes: readonly PropertyChange[];
  };
  /** Whether it is a preview: an update does not repeat the warnings. */
  readonly preview: boolean;
}

/** A pipeline that another one replaces. */
export interface ReplacedPipeline {
  readonly ref: ObjectRef;
  readonly keepRepo: boolean;
  readonly force: boolean;
}

/** A pipeline to create, possibly as a replacement. */
export interface PipelineCreation {
  readonly urn: string;
  /** Undefined if the name is not known yet. */
  readonly ref: ObjectRef | undefined;
  readonly inputs: ValueMap;
  /** The pipeline that it replaces. */
  readonly replaced?: ReplacedPipeline;
  /** Whether the server has validated it. */
  readonly isValidated: boolean;
  readonly preview: boolean;
}

export interface ChangeCostsOptions {
  /** The file for the notes, for the command that prints all costs. */
  readonly file?: string | undefined;
  readonly now?: () => number;
  /** The limits of lookups on the server. */
  readonly limits?: LookLimitsOptions | undefined;
}

/** A change that Pachyderm would refuse. */
class Refused extends Error {}

/**
 * Shows what changes cost: a line for each pipeline that starts with the category, a line for the
 * pipelines downstream, and warnings about surprising effects. This is for information: whatever the
 * server responds, only an exceeded limit or a change that Pachyderm would refuse is an error.
 */
export class ChangeCosts {
  readonly #accounts: CostAccounts;
  readonly #notes: CostNotes;
  readonly #looks: Looks;
  readonly #now: () => number;
  readonly #isPossible: () => boolean;
  readonly #hasAuth: () => boolean;

  constructor(
    api: () => Api,
    log: Log,
    server: { readonly isPossible: () => boolean; readonly hasAuth: () => boolean },
    { file, now = Date.now, limits }: ChangeCostsOptions = {},
  ) {
    this.#looks = new Looks(api, new LookLimits(limits));
    this.#accounts = new CostAccounts(file);
    this.#notes = new CostNotes(log, this.#accounts);
    this.#now = now;
    this.#isPossible = server.isPossible;
    this.#hasAuth = server.hasAuth;
  }

  /** @throws OverBudget if the deletes exceed the budget */
  async describe(stack: StackDescription): Promise<void> {
    this.#accounts.describe(stack);
    for (const deletion of stack.deletes) {
      await this.#safely(deletion.urn ?? "", [deletion], () =>
        deletion.kind === "repo" ? this.#repoGoes(deletion) : this.#pipelineGoes(deletion),
      );
    }
  }

  /** @throws OverBudget if a limit is exceeded */
  async update(update: PipelineUpdate): Promise<void> {
    await this.#safely(update.urn, [update.ref], () => this.#update(update));
  }

  /** @throws OverBudget if a limit is exceeded */
  async create(creation: PipelineCreation): Promise<void> {
    const { urn, ref, replaced } = creation;
    const refs = [ref, replaced?.ref].filter((one) => one !== undefined);
    await this.#safely(urn, refs, () => this.#create(creation));
  }

  /** Counts a repo that another one replaces. */
  async replaceRepo(urn: string, repo: ObjectRef): Promise<void> {
    if (this.#accounts.isKept(repo)) return;
    const deletion: Deletion = { ...repo, kind: "repo", urn, keepRepo: false };
    await this.#safely(urn, [repo], () => this.#repoGoes(deletion));
  }

  async #update({ urn, ref, inputs, changeFrom, preview }: PipelineUpdate): Promise<void> {
    const gaps = new Gaps(ref);
    const look = await this.#looks.pipeline(ref);
    const live = gaps.foundOr(look, "the state");
    if (isFound(look) && live === undefined) {
      await this.#notes.say(
        urn,
        `pipeline ${formatId(ref)} no longer exists and will be created again`,
      );
      return await this.#create({ urn, ref, inputs, isValidated: true, preview });
    }
    if (live !== undefined && preview) await this.#sayTrouble(urn, ref, live);
    const { oldInputs, changes } = changeFrom(live);
    if (changes.length === 0) return;
    const change = categorizeChange(changes, oldInputs, inputs, { project: ref.project });
    const oldSpec = canonical(oldInputs.spec ?? null, ref);
    const spec = canonical(inputs.spec ?? null, ref);
    const sameInput = equalValues(oldSpec.input ?? null, spec.input ?? null);
    const stopped = stoppedAfter(change, live);
    const own = await ownCost(
      { ref, urn, ...change, spec, sameInput, live, stopped },
      this.#server,
      gaps,
    );
    const below = await this.#below(own, spec, gaps);
    await this.#notes.tell(urn, {
      lines: [verdictLine(own.cost), downstreamLine(below)],
      notes: asNotes([own.cost, ...below]),
      gaps,
    });
    if (!preview) return;
    await this.#warn(urn, inputs, {
      change: knownOf(change, inputs),
      oldSpec,
      spec,
      stopped: live?.stopped ?? false,
      jobs: own.jobs ?? [],
    });
  }

  async #create(creation: PipelineCreation): Promise<void> {
    const { urn, ref, inputs, replaced, preview } = creation;
    if (replaced !== undefined) return await this.#replace(creation, replaced);
    if (ref === undefined) return;
    await this.#refuseKeptRepo(creation);
    const gaps = new Gaps(ref);
    const spec = canonical(inputs.spec ?? null, ref);
    const change = { ref, urn, category: "create", fields: [], spec, sameInput: false } as const;
    const stopped = flag(inputs.stopped);
    const { cost } = await ownCost({ ...change, live: undefined, stopped }, this.#server, gaps);
    // the engine shows that a pipeline is new, so a line without datums adds nothing
    const isPlain = !((cost.datums?.processed ?? 0) > 0);
    const lines = isPlain ? [] : [verdictLine(cost)];
    await this.#notes.tell(urn, { lines, notes: asNotes([cost]), gaps });
    if (preview) await this.#warn(urn, inputs, { spec });
  }

  async #replace(
    { urn, ref, inputs, preview, ...creation }: PipelineCreation,
    { ref: old, keepRepo, force }: ReplacedPipeline,
  ): Promise<void> {
    const gaps = new Gaps(old);
    const look = await this.#looks.pipeline(old);
    const live = gaps.foundOr(look, "the state");
    if (isFound(look) && live === undefined) {
      return await this.#create({ ...creation, urn, ref, inputs, preview, replaced: undefined });
    }
    const spec = canonical(inputs.spec ?? null, ref ?? old);
    const change = { ref: old, urn, category: "replaced", fields: [], sameInput: false } as const;
    const stopped = flag(inputs.stopped);
    const own = await ownCost({ ...change, spec, live, stopped }, this.#server, gaps);
    const cost = { ...own.cost, ...(await deletedData(old, keepRepo, this.#server, gaps)) };
    const below = await this.#readers(old, live, gaps);
    await this.#notes.tell(urn, {
      lines: [verdictLine(cost), downstreamLine(below)],
      notes: asNotes([cost, ...below]),
      gaps,
    });
    if (!preview) return;
    // readers in the stack may change with it
    const readers = below.filter(({ member }) => member !== true).length;
    await this.#warn(urn, inputs, { spec, goes: { force, keepRepo, readers } });
  }

  /** Refuses what Pachyderm would refuse, if it has not validated the pipeline. */
  async #refuseKeptRepo({ ref, isValidated }: PipelineCreation): Promise<void> {
    if (ref === undefined || isValidated) return;
    const repo = await this.#looks.repo(ref);
    if (!isFound(repo) || repo.found === undefined) return;
    const pipeline = await this.#looks.pipeline(ref);
    if (!isFound(pipeline)) return;
    const live = { pipeline: pipeline.found !== undefined, repo: true };
    const refusal = keptRepoRefusal(ref, live);
    if (refusal !== undefined) throw new Refused(refusal);
  }

  async #pipelineGoes({ project, name, urn, keepRepo }: Deletion): Promise<void> {
    const ref = { project, name };
    const gaps = new Gaps(ref);
    const look = await this.#looks.pipeline(ref);
    const live = gaps.foundOr(look, "the state");
    if (isFound(look) && live === undefined) return; // already deleted
    const change = { ref, urn, category: "delete", fields: [], spec: {}, sameInput: true } as const;
    const own = await ownCost({ ...change, live, stopped: true }, this.#server, gaps);
    const cost = { ...own.cost, ...(await deletedData(ref, keepRepo, this.#server, gaps)) };
    const below = await this.#readers(ref, live, gaps);
    const staying = below.filter((reader) => !this.#accounts.isGoing(reader));
    await this.#notes.tell(urn ?? "", {
      lines: [verdictLine(cost), downstreamLine(staying)],
      notes: asNotes([cost, ...staying]),
      gaps,
    });
    const goes = { force: false, keepRepo, readers: staying.length };
    await this.#warn(urn ?? "", {}, { goes });
  }

  async #repoGoes({ project, name, urn }: Deletion): Promise<void> {
    const ref = { project, name };
    const look = await this.#looks.repo(ref);
    if (isFound(look) && look.found === undefined) return; // already deleted
    const size = isFound(look) ? look.found?.details?.sizeBytes : undefined;
    const graph = await graphOf(this.#looks);
    const readers = typeof graph === "string" ? [] : graph.readersOf(ref);
    const repo = {
      ...ref,
      urn,
      deletedBytes: size === undefined ? null : Number(size),
      readers: readers.filter((reader) => !this.#accounts.isGoing(reader)).map(formatId),
      unknown: isFound(look) ? [] : [look.unknown],
    };
    const gaps = new Gaps(ref);
    await this.#notes.tell(urn ?? "", { lines: [repoLine(repo)], notes: [{ repo }], gaps });
  }

  async #below({ cost, grows }: OwnCost, spec: ValueMap, gaps: Gaps): Promise<PipelineCost[]> {
    const { project, name, category, datums } = cost;
    if (causesNoJob(category) || category === "create") return [];
    const work =
      datums === null
        ? { grows }
        : { processed: datums.processed, vanishing: datums.vanishing, grows };
    const outputBranch = text(spec.outputBranch) || "master";
    const origin = { ref: { project, name }, outputBranch, ...work };
    return await costsBelow(origin, this.#server, gaps);
  }

  async #readers(ref: ObjectRef, live: ListedPipeline | undefined, gaps: Gaps) {
    const branch = live?.details?.outputBranch;
    const outputBranch = typeof branch === "string" && branch !== "" ? branch : "master";
    return await readersBelow({ ref, outputBranch }, this.#server, gaps);
  }

  get #server(): Server {
    return {
      looks: this.#looks,
      accounts: this.#accounts,
      hasAuth: this.#hasAuth(),
      now: new Date(this.#now()),
    };
  }

  async #warn(urn: string, inputs: ValueMap, facts: Omit<TrapFacts, "now">): Promise<void> {
    const hint = text(inputs.reprocessHint);
    await this.#notes.warn(urn, hint, { ...facts, now: new Date(this.#now()) });
  }

  /** Shows a pipeline's current failure with Pachyderm's reason. */
  async #sayTrouble(urn: string, ref: ObjectRef, { state, reason }: ListedPipeline): Promise<void> {
    if (state !== "PIPELINE_FAILURE" && state !== "PIPELINE_CRASHING") return;
    const why = reason || "Pachyderm gives no reason";
    await this.#notes.say(urn, `pipeline ${formatId(ref)} is now ${state}: ${why}`);
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

const asNotes = (costs: readonly PipelineCost[]): CostNote[] =>
  costs.map((pipeline) => ({ pipeline }));

function canonical(spec: Value, { project }: ObjectRef): ValueMap {
  const value = canonicalSpec(spec, { project });
  return isMap(value) ? value : {};
}

/** Whether a pipeline is stopped after a change. */
function stoppedAfter({ fields }: CategorizedChange, live: ListedPipeline | undefined): boolean {
  const change = fields.find(({ path }) => path === "stopped");
  return change === undefined ? (live?.stopped ?? false) : change.category === "stop";
}

/** The change without fields whose value is not known yet and may turn out to be unchanged. */
function knownOf(change: CategorizedChange, inputs: ValueMap): CategorizedChange {
  const fields = change.fields.filter(
    ({ path }) => !containsUnknown(valueAt(inputs, parsePath(path))),
  );
  return { ...change, fields };
}
