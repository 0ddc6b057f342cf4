import { appendFileSync } from "node:fs";
import { checkBudget, parseTimeLimit } from "../../change-costs/budget";
import { type CostNote, mergeNotes, totalsOf } from "../../change-costs/merge";
import type { BudgetBreach, CostTotals, PipelineCost } from "../../change-costs/report";
import { formatDuration } from "../../change-costs/units";
import type { ObjectRef } from "../api/api";
import { formatId } from "../api/object-ref";
import type { Member, StackDescription } from "./stack";

/** A change that costs more than it may. */
export class OverBudget extends Error {}

/**
 * What all changes of one process cost together, and whether they may: each resource adds its own.
 * With a file to write to, for the command that prints all costs, nothing is refused: a reader
 * wants to see the rest, too.
 */
export class CostAccounts {
  readonly #notes: CostNote[] = [];
  readonly #file: string | undefined;
  #stack: StackDescription | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  describe(stack: StackDescription): void {
    this.#stack = stack;
    this.#add({ limits: { ...stack.budget } });
  }

  /** Whether the program has described the stack. */
  get isDescribed(): boolean {
    return this.#stack !== undefined;
  }

  /** Whether anything can be refused, so that costs count in an update, too. */
  get hasLimits(): boolean {
    const { budget = {}, members = new Map<string, Member>() } = this.#stack ?? {};
    const running = [...members.values()].some((member) => member.refuseWhileRunning !== undefined);
    return running || Object.values(budget).some((limit) => limit !== undefined);
  }

  /** Whether a pipeline belongs to the stack; null where no program has described it. */
  isMember(ref: ObjectRef): boolean | null {
    if (this.#stack === undefined) return null;
    return this.#stack.members.has(formatId(ref)) || this.isGoing(ref);
  }

  /** Whether the program does not make it any more. */
  isGoing(ref: ObjectRef): boolean {
    return (this.#stack?.deletes ?? []).some(
      (deletion) => deletion.kind === "pipeline" && formatId(deletion) === formatId(ref),
    );
  }

  /** Whether it is a repo that stays when its resource goes. */
  isKept(repo: ObjectRef): boolean {
    return this.#stack?.kept.has(formatId(repo)) ?? false;
  }

  memberOf(ref: ObjectRef): Member | undefined {
    return this.#stack?.members.get(formatId(ref));
  }

  /**
   * Adds what a change costs.
   *
   * @throws OverBudget if a limit is passed that the change counts into
   */
  add(notes: readonly CostNote[]): void {
    const before = this.#totals();
    for (const note of notes) this.#add(note);
    const own = notes.flatMap((note) => ("pipeline" in note ? this.#running(note.pipeline) : []));
    for (const breach of own) this.#add({ breach });
    if (this.#file !== undefined) return;
    const [first] = [...this.#passed(before, this.#totals()), ...own];
    if (first !== undefined) throw new OverBudget(this.#withWay(first, notes));
  }

  #add(note: CostNote): void {
    this.#notes.push(note);
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(note)}\n`);
  }

  #totals(): CostTotals {
    return totalsOf(mergeNotes(this.#notes));
  }

  #passed(before: CostTotals, after: CostTotals): BudgetBreach[] {
    const { budget = {} } = this.#stack ?? {};
    const earlier = checkBudget(before, budget);
    return checkBudget(after, budget).filter(
      ({ key, found }) => earlier.find((breach) => breach.key === key)?.found !== found,
    );
  }

  /** The jobs that the pipeline's use case does not want killed. */
  #running({ project, name, killedJobs }: PipelineCost): BudgetBreach[] {
    const limit = this.memberOf({ project, name })?.refuseWhileRunning;
    const seconds = limit === undefined ? undefined : parseTimeLimit(limit);
    if (limit === undefined || seconds === undefined) return [];
    const long = killedJobs.filter((job) => job.seconds >= seconds);
    const longest = Math.max(...long.map((job) => job.seconds));
    if (long.length === 0) return [];
    const jobs = long.map((job) => `${job.id} (${formatDuration(job.seconds)})`).join(", ");
    return [
      {
        key: "refuseWhileRunning",
        found: longest,
        limit,
        message:
          `pipeline ${project}/${name}: the change would kill jobs that have run for ` +
          `${formatDuration(seconds)} or longer, which refuseWhileRunning forbids: ${jobs}. Wait until they finish`,
      },
    ];
  }

  /** The message with what to do. */
  #withWay({ key, found, limit, message }: BudgetBreach, notes: readonly CostNote[]): string {
    const [own] = notes.flatMap((note) => ("pipeline" in note ? [note.pipeline] : []));
    const way =
      key === "refuseWhileRunning" ? own && this.memberOf(own)?.runningWay : this.#stack?.ways[key];
    if (way === undefined) return message;
    return `${message}. To allow it: ${way.replaceAll("VALUE", enough(key, found, limit))}`;
  }
}

/** The least limit that lets something pass, as the key takes it. */
function enough(key: string, found: number | string, limit: number | string): string {
  if (key === "outside") return "allow";
  const amount = Number(found);
  if (key === "killedJobs") return String(amount);
  if (key === "deletedData") return sizeOf(amount);
  if (key === "reprocessTime" || key === "refuseWhileRunning") return timeOf(amount);
  return String(limit);
}

/** A time that is not less, in whole minutes. */
function timeOf(seconds: number): string {
  const minutes = Math.floor(seconds / 60) + 1;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `${hours > 0 ? `${hours}h` : ""}${rest > 0 || hours === 0 ? `${rest}m` : ""}`;
}

const SIZES = ["B", "KB", "MB", "GB", "TB", "PB"];

/** A size that is not less, in at most four digits. */
function sizeOf(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  while (amount >= 10_000 && unit < SIZES.length - 1) {
    amount = Math.ceil(amount / 1000);
    unit++;
  }
  return `${amount}${SIZES[unit]}`;
}
