import { appendFileSync } from "node:fs";
import { checkBudget, parseTimeLimit } from "../../change-costs/budget";
import { type CostNote, mergeNotes, totalsOf } from "../../change-costs/merge";
import type { BudgetBreach, CostTotals, PipelineCost } from "../../change-costs/report";
import { formatDuration } from "../../change-costs/units";
import type { ObjectRef } from "../api/api";
import { formatId } from "../api/object-ref";
import type { Member, StackDescription } from "./stack";

/** A change that exceeds the budget. */
export class OverBudget extends Error {}

/**
 * The total cost of all changes of one process, checked against the budget: each resource adds its
 * own. With a file to write to, for the command that prints all costs, nothing is refused, so that the
 * report is complete.
 */
export class CostAccounts {
  readonly #notes: CostNote[] = [];
  readonly #file: string | undefined;
  #stack: StackDescription | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  setStack(stack: StackDescription): void {
    this.#stack = stack;
    this.#add({ limits: { ...stack.budget } });
  }

  /** Whether the program has described the stack. */
  get isDescribed(): boolean {
    return this.#stack !== undefined;
  }

  /** Whether a resource of the stack has this id (`project/name`) before the update. */
  isOwn(urn: string, id: string): boolean {
    return this.#stack?.resources.get(urn) === id;
  }

  /** Whether a pipeline belongs to the stack; null if no program has described the stack. */
  isMember(ref: ObjectRef): boolean | null {
    if (this.#stack === undefined) return null;
    return this.#stack.members.has(formatId(ref)) || this.isDeleted(ref);
  }

  /** Whether the program no longer creates it. */
  isDeleted(ref: ObjectRef): boolean {
    return (this.#stack?.deletes ?? []).some(
      (deletion) => deletion.kind === "pipeline" && formatId(deletion) === formatId(ref),
    );
  }

  /** Whether a repo is kept when its resource is deleted. */
  isKept(repo: ObjectRef): boolean {
    return this.#stack?.kept.has(formatId(repo)) ?? false;
  }

  memberOf(ref: ObjectRef): Member | undefined {
    return this.#stack?.members.get(formatId(ref));
  }

  /**
   * Adds what a change costs.
   *
   * @throws OverBudget if the change exceeds a limit
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

  /** The breach of refuseWhileRunning, if any. */
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

/** The lowest limit that allows the value, in the format of the key. */
function enough(key: string, found: number | string, limit: number | string): string {
  if (key === "outside") return "allow";
  const amount = Number(found);
  if (key === "killedJobs") return String(amount);
  if (key === "deletedData") return sizeOf(amount);
  if (key === "reprocessTime" || key === "refuseWhileRunning") return timeOf(amount);
  return String(limit);
}

/** The time, rounded up to whole minutes. */
function timeOf(seconds: number): string {
  const minutes = Math.floor(seconds / 60) + 1;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `${hours > 0 ? `${hours}h` : ""}${rest > 0 || hours === 0 ? `${rest}m` : ""}`;
}

const SIZES = ["B", "KB", "MB", "GB", "TB", "PB"];

/** The size, rounded up to at most four digits. */
function sizeOf(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  while (amount >= 10_000 && unit < SIZES.length - 1) {
    amount = Math.ceil(amount / 1000);
    unit++;
  }
  return `${amount}${SIZES[unit]}`;
}
