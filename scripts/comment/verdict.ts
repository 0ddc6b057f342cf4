import {
  type CostReport,
  countOf,
  formatBytes,
  type ReportedCategory,
} from "../../providers/pachyderm/client";

/** How many pipelines each kind of change affects, in words, the worst first. */
const FATES: readonly (readonly [ReportedCategory, (count: number) => string])[] = [
  ["refused", (count) => `${countOf(count, "change")} refused`],
  ["delete", (count) => `${countOf(count, "pipeline")} deleted`],
  ["replaced", (count) => `${countOf(count, "pipeline")} replaced`],
  ["reprocess", (count) => plural(count, "pipeline reprocesses", "pipelines reprocess")],
  ["rekeyed", (count) => `${plural(count, "pipeline processes", "pipelines process")} everything`],
  [
    "difference",
    (count) => `${plural(count, "pipeline processes", "pipelines process")} a difference`,
  ],
  ["restart", (count) => plural(count, "pipeline restarts", "pipelines restart")],
  ["start", (count) => plural(count, "pipeline starts", "pipelines start")],
  ["stop", (count) => plural(count, "pipeline stops", "pipelines stop")],
  ["create", (count) => `${countOf(count, "pipeline")} created`],
];

/** What a change costs in one line, such as `1 pipeline reprocesses, 2 jobs killed`. */
export function verdictOf({ totals }: CostReport, changedResources: number): string {
  const fates = FATES.flatMap(([category, words]) => {
    const count = totals.categories[category] ?? 0;
    return count === 0 ? [] : [words(count)];
  });
  const others = [
    ...(totals.outside === 0
      ? []
      : [`${countOf(totals.outside, "pipeline")} outside this stack affected`]),
    ...(totals.killedJobs === 0 ? [] : [`${countOf(totals.killedJobs, "job")} killed`]),
    ...(totals.deletedBytes ? [`${formatBytes(totals.deletedBytes)} deleted`] : []),
  ];
  const all = [...fates, ...others];
  if (all.length > 0) return all.join(", ");
  if (changedResources === 0) return "no change";
  return `${countOf(changedResources, "resource")} changed, no pipeline affected`;
}

/** Whether to look twice before approving. */
export function needsAttention({ totals, budget }: CostReport): boolean {
  const worst = ["refused", "delete", "replaced", "reprocess", "rekeyed"] as const;
  return (
    budget.breaches.length > 0 ||
    totals.killedJobs > 0 ||
    totals.outside > 0 ||
    (totals.deletedBytes ?? 0) > 0 ||
    worst.some((category) => (totals.categories[category] ?? 0) > 0)
  );
}

/** A count with the matching noun and verb. */
export function plural(count: number, one: string, several: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${several}`;
}
