/** What a change may cost, and whether it exceeds that. */
import type { BudgetBreach, CostTotals, PipelineCost, ReportedCategory } from "./report";
import { formatRef } from "./rows";
import { countOf, formatBytes, formatDuration } from "./units";

/** Limits; a missing key means no limit. */
export interface Budget {
  /** The longest time for processing, such as `4h`. */
  readonly reprocessTime?: string;
  /** The most data to delete, such as `10GB`. */
  readonly deletedData?: string;
  /** The most jobs to kill. */
  readonly killedJobs?: number;
  /** Whether a change may affect pipelines outside the stack. */
  readonly outside?: "allow" | "refuse";
}

const UNITS_OF_TIME: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1 };

/** The seconds in a string such as `4h`, `90m` or `1h30m`; undefined for any other string. */
export function parseTimeLimit(text: string): number | undefined {
  if (!/^(?=\d)(\d{1,9}d)?(\d{1,9}h)?(\d{1,9}m)?(\d{1,9}s)?$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)([dhms])/g)]
    .map(([, amount, unit = ""]) => Number(amount) * (UNITS_OF_TIME[unit] ?? 0))
    .reduce((sum, seconds) => sum + seconds, 0);
}

const DECIMAL = ["", "K", "M", "G", "T", "P"];

/** The bytes in a string such as `10GB`, `1.5 TB` or `500MiB`; undefined for any other string. */
export function parseSizeLimit(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,9})?)\s?([KMGTP]?)(i?)B$/i.exec(text);
  if (match === null) return undefined;
  const [, amount = "", prefix = "", binary] = match;
  if (binary !== "" && prefix === "") return undefined;
  const bytes =
    Number(amount) * (binary === "" ? 1000 : 1024) ** DECIMAL.indexOf(prefix.toUpperCase());
  return Math.round(bytes);
}

/** The problems of a budget, one line each. */
export function budgetProblems(budget: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(budget).flatMap(([key, value]) => {
    const expected = value === undefined ? undefined : expectation(key, value);
    return expected === undefined
      ? []
      : [`budget.${key}: ${expected}, found ${JSON.stringify(value)}`];
  });
}

function expectation(key: string, value: unknown): string | undefined {
  switch (key) {
    case "reprocessTime":
      return typeof value === "string" && parseTimeLimit(value) !== undefined
        ? undefined
        : "expected a time such as 4h, 90m or 1h30m";
    case "deletedData":
      return typeof value === "string" && parseSizeLimit(value) !== undefined
        ? undefined
        : "expected a size such as 10GB or 500MiB";
    case "killedJobs":
      return Number.isSafeInteger(value) && Number(value) >= 0
        ? undefined
        : "expected a whole number, 0 or more";
    case "outside":
      return value === "allow" || value === "refuse" ? undefined : "expected allow or refuse";
    default:
      return "expected one of reprocessTime, deletedData, killedJobs and outside";
  }
}

/** The totals that a budget limits. */
export type BudgetedTotals = Pick<CostTotals, "time" | "killedJobs" | "deletedBytes" | "outside">;

/**
 * The limits that the totals exceed. Unknown totals exceed none; `unknownLimits` reports them. The
 * time is the 90th percentile.
 */
export function checkBudget(totals: BudgetedTotals, budget: Budget): BudgetBreach[] {
  return [
    timeBreach(totals, budget),
    dataBreach(totals, budget),
    jobsBreach(totals, budget),
    outsideBreach(totals, budget),
  ].filter((breach) => breach !== undefined);
}

/** The limits that cannot be checked, or only in part, because totals are unknown; one line each. */
export function unknownLimits(
  totals: BudgetedTotals,
  budget: Budget,
  pipelines: readonly PipelineCost[],
): string[] {
  const lines: string[] = [];
  const timeless = pipelines.filter(takesUnknownTime).map(formatRef);
  if (budget.reprocessTime !== undefined && timeless.length > 0) {
    lines.push(
      `budget.reprocessTime (${budget.reprocessTime}) excludes pipelines with an unknown processing time: ` +
        timeless.join(", "),
    );
  }
  if (budget.deletedData !== undefined && totals.deletedBytes === null) {
    lines.push(
      `budget.deletedData (${budget.deletedData}) is not checked: the size of the data is unknown`,
    );
  }
  return lines;
}

function timeBreach({ time }: BudgetedTotals, { reprocessTime }: Budget): BudgetBreach | undefined {
  const limit = reprocessTime === undefined ? undefined : parseTimeLimit(reprocessTime);
  if (reprocessTime === undefined || limit === undefined || time === null) return undefined;
  if (time.p90Seconds <= limit) return undefined;
  return {
    key: "reprocessTime",
    found: time.p90Seconds,
    limit: reprocessTime,
    message:
      `processing takes up to ${formatDuration(time.p90Seconds)}, which exceeds ` +
      `budget.reprocessTime (${formatDuration(limit)})`,
  };
}

function dataBreach(
  { deletedBytes }: BudgetedTotals,
  { deletedData }: Budget,
): BudgetBreach | undefined {
  const limit = deletedData === undefined ? undefined : parseSizeLimit(deletedData);
  if (deletedData === undefined || limit === undefined || deletedBytes === null) return undefined;
  if (deletedBytes <= limit) return undefined;
  return {
    key: "deletedData",
    found: deletedBytes,
    limit: deletedData,
    message:
      `${formatBytes(deletedBytes)} of data is deleted, which exceeds ` +
      `budget.deletedData (${formatBytes(limit)})`,
  };
}

function jobsBreach(totals: BudgetedTotals, { killedJobs }: Budget): BudgetBreach | undefined {
  if (killedJobs === undefined || totals.killedJobs <= killedJobs) return undefined;
  const verb = totals.killedJobs === 1 ? "is" : "are";
  return {
    key: "killedJobs",
    found: totals.killedJobs,
    limit: killedJobs,
    message: `${countOf(totals.killedJobs, "job")} ${verb} killed, which exceeds budget.killedJobs (${killedJobs})`,
  };
}

function outsideBreach(totals: BudgetedTotals, { outside }: Budget): BudgetBreach | undefined {
  if (outside !== "refuse" || totals.outside === 0) return undefined;
  const verb = totals.outside === 1 ? "is" : "are";
  return {
    key: "outside",
    found: totals.outside,
    limit: outside,
    message: `${countOf(totals.outside, "pipeline")} outside this stack ${verb} affected, but budget.outside is refuse`,
  };
}

/** The categories of pipelines that process datums, unless it is known that they process none. */
const WORKING: readonly ReportedCategory[] = [
  "create",
  "difference",
  "rekeyed",
  "reprocess",
  "replaced",
  "downstream",
];

function takesUnknownTime({ category, datums, time }: PipelineCost): boolean {
  if (time !== null) return false;
  return datums === null ? WORKING.includes(category) : datums.processed > 0;
}
