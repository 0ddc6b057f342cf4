import type { ChangeCategory } from "./category";

/**
 * What a change to a stack costs, as `npm run cost -- --json` prints it. A value that could not be
 * looked up is null, and `unknown` says why.
 */
export interface CostReport {
  /** Changes whenever readers of an earlier version would misread the report. */
  readonly version: 1;
  readonly stack: string;
  readonly totals: CostTotals;
  readonly budget: {
    readonly limits: Readonly<Record<string, string | number>>;
    readonly breaches: readonly BudgetBreach[];
  };
  /** The pipelines that change, are deleted, or process data because of such a pipeline. */
  readonly pipelines: readonly PipelineCost[];
  /** The repos that are deleted on their own, such as data repos. */
  readonly repos: readonly RepoCost[];
  /** What could not be looked up, and why; one line each. */
  readonly notLookedUp: readonly string[];
}

export interface CostTotals {
  /** The number of pipelines by category. */
  readonly categories: Readonly<Partial<Record<ReportedCategory, number>>>;
  readonly datums: number | null;
  readonly bytes: number | null;
  readonly time: TimeRange | null;
  readonly killedJobs: number;
  /** The time that the killed jobs have already run, in seconds. */
  readonly killedSeconds: number;
  readonly deletedBytes: number | null;
  /** The number of affected pipelines outside this stack. */
  readonly outside: number;
  readonly unknown: readonly string[];
}

/** What happens to a pipeline: its own change, creation or deletion, or work from upstream. */
export type ReportedCategory = ChangeCategory | "create" | "delete" | "downstream";

export interface TimeRange {
  readonly p50Seconds: number;
  readonly p90Seconds: number;
}

export interface PipelineCost {
  readonly project: string;
  readonly name: string;
  readonly urn: string | null;
  /** Whether it belongs to this stack; null if that is unknown. */
  readonly member: boolean | null;
  readonly category: ReportedCategory;
  readonly fields: readonly { readonly path: string; readonly category: ChangeCategory }[];
  readonly datums: {
    readonly processed: number;
    readonly total: number;
    /** Datums whose results disappear. */
    readonly vanishing: number;
    /** Whether `processed` is an upper bound. */
    readonly upTo: boolean;
  } | null;
  /** The size of the input data to process. */
  readonly bytes: number | null;
  readonly time: (TimeRange & { readonly jobs: number; readonly workers: number }) | null;
  readonly killedJobs: readonly {
    readonly id: string;
    readonly state: string;
    /** How long it has run. */
    readonly seconds: number;
  }[];
  /** The size of the data that is deleted with it. */
  readonly deletedBytes: number | null;
  /** The upstream pipelines whose change affects it, as `project/name`. */
  readonly because: readonly string[];
  /** What else happens, such as an egress that runs again. */
  readonly effects: readonly string[];
  readonly unknown: readonly string[];
}

/** A repo that is deleted. */
export interface RepoCost {
  readonly project: string;
  readonly name: string;
  readonly urn: string | null;
  /** The size of its data. */
  readonly deletedBytes: number | null;
  /** The pipelines that read it, as `project/name`. */
  readonly readers: readonly string[];
  readonly unknown: readonly string[];
}

export interface BudgetBreach {
  /** The key under `budget` in the configuration. */
  readonly key: string;
  readonly found: number | string;
  readonly limit: number | string;
  readonly message: string;
}
