import type { CostTotals, PipelineCost, ReportedCategory } from "./report";

/** Categories of pipelines that have a job because of the change. */
const WORKING: readonly ReportedCategory[] = [
  "create",
  "difference",
  "rekeyed",
  "reprocess",
  "replaced",
  "downstream",
];

/**
 * Adds up what pipelines cost. What is not known of one is left out of a sum and named in
 * `unknown`; a sum of nothing known is null. Times add up as if one job ran after the other.
 */
export function totalsOf(pipelines: readonly PipelineCost[]): CostTotals {
  const categories: Partial<Record<ReportedCategory, number>> = {};
  for (const { category } of pipelines) categories[category] = (categories[category] ?? 0) + 1;
  const killed = pipelines.flatMap(({ killedJobs }) => killedJobs);
  const working = pipelines.filter(hasWork);
  const timed = working.filter(({ time }) => time !== null);
  return {
    categories,
    datums: sumOfKnown(working.map(({ datums }) => datums?.processed)),
    bytes: sumOfKnown(working.map(({ bytes }) => bytes)),
    time:
      timed.length === 0 && working.length > 0
        ? null
        : {
            p50Seconds: sum(timed.map(({ time }) => time?.p50Seconds ?? 0)),
            p90Seconds: sum(timed.map(({ time }) => time?.p90Seconds ?? 0)),
          },
    killedJobs: killed.length,
    killedSeconds: sum(killed.map(({ seconds }) => seconds)),
    deletedBytes: sumOfKnown(pipelines.filter(deletes).map(({ deletedBytes }) => deletedBytes)),
    outside: pipelines.filter(({ member }) => member === false).length,
    unknown: pipelines.flatMap(({ project, name, unknown }) =>
      unknown.map((reason) => `${project}/${name}: ${reason}`),
    ),
  };
}

/** Pipelines that process datums in a time that is not known. */
export function withoutTime(pipelines: readonly PipelineCost[]): PipelineCost[] {
  return pipelines.filter((pipeline) => hasWork(pipeline) && pipeline.time === null);
}

function hasWork({ category, datums }: PipelineCost): boolean {
  if (datums !== null) return datums.processed > 0;
  return WORKING.includes(category);
}

function deletes({ category, deletedBytes }: PipelineCost): boolean {
  return deletedBytes !== null || category === "delete" || category === "replaced";
}

function sumOfKnown(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length === 0 && values.length > 0 ? null : sum(known);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
