import {
  CATEGORY_WORDS,
  type CostReport,
  countOf,
  formatBytes,
  formatCount,
  formatDuration,
  formatRange,
  type PipelineCost,
} from "../../providers/pachyderm/client";
import { verdictOf } from "../comment/verdict";

const HEADER = ["PIPELINE", "CHANGE", "DATUMS", "DATA", "TIME", "KILLED", "DELETED", "OUTSIDE"];

/** The report as text: the totals first, then a row for each pipeline, then remarks. */
export function costTable(report: CostReport, changedResources: number): string {
  const { pipelines, repos, notLookedUp } = report;
  const lines = [
    `${report.stack}: ${verdictOf(report, changedResources)}`,
    ...totalLines(report),
    ...(pipelines.length === 0 ? [] : ["", ...table(pipelines)]),
    ...repos.map(
      ({ project, name, deletedBytes, readers }) =>
        `repo ${project}/${name} is deleted, ${dataSize(deletedBytes)}` +
        (readers.length === 0 ? "" : `; read by ${readers.join(", ")}`),
    ),
    ...remarks(pipelines),
    ...(notLookedUp.length === 0 ? [] : ["", "Not looked up:"]),
    ...notLookedUp.map((line) => `  ${line}`),
  ];
  return `${lines.join("\n")}\n`;
}

function totalLines({ totals, budget }: CostReport): string[] {
  const { datums, bytes, time, killedJobs, killedSeconds, deletedBytes, outside } = totals;
  const parts = [
    datums === null ? "datums unknown" : `${countOf(datums, "datum")} processed`,
    dataSize(bytes),
    time === null ? "time unknown" : formatRange(time),
    killedJobs === 0
      ? "no jobs killed"
      : `${countOf(killedJobs, "job")} killed (${formatDuration(killedSeconds)} of work)`,
    `${size(deletedBytes)} deleted`,
    `${countOf(outside, "pipeline")} outside this stack`,
  ];
  const limits = Object.entries(budget.limits).map(([key, limit]) => `${key} ${limit}`);
  return [
    `total: ${parts.join("; ")}`,
    ...(limits.length === 0 ? [] : [`budget: ${limits.join(", ")}`]),
    ...budget.breaches.map(({ message }) => `OVER BUDGET: ${message}`),
    ...(totals.unknown.length === 0
      ? []
      : [
          `excluding unknown costs of ${countOf(new Set(totals.unknown.map(owner)).size, "pipeline")}`,
        ]),
  ];
}

const dataSize = (bytes: number | null) =>
  bytes === null ? "unknown amount of data" : `${size(bytes)} of data`;

const owner = (line: string) => line.slice(0, line.indexOf(": "));

function table(pipelines: readonly PipelineCost[]): string[] {
  const rows = [HEADER, ...pipelines.map(row)];
  const widths = HEADER.map((_, column) =>
    Math.max(...rows.map((cells) => [...(cells[column] ?? "")].length)),
  );
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function row(cost: PipelineCost): string[] {
  const { project, name, category, datums, bytes, time, killedJobs, deletedBytes, member } = cost;
  const gone = category === "delete";
  const idle = gone || datums?.processed === 0;
  return [
    `${project}/${name}`,
    CATEGORY_WORDS[category],
    gone ? "-" : datumsOf(cost),
    idle ? "-" : size(bytes),
    idle ? "-" : time === null ? "unknown" : formatRange(time),
    killedJobs.length === 0 ? "-" : countOf(killedJobs.length, "job"),
    gone || category === "replaced" || deletedBytes !== null ? size(deletedBytes) : "-",
    member === null ? "unknown" : member ? "-" : "OUTSIDE",
  ];
}

function datumsOf({ datums }: PipelineCost): string {
  if (datums === null) return "unknown";
  const { processed, vanishing, upTo } = datums;
  const gone = vanishing === 0 ? "" : `, ${formatCount(vanishing)} disappear`;
  return `${upTo ? "up to " : ""}${formatCount(processed)}${gone}`;
}

const size = (bytes: number | null) => (bytes === null ? "unknown" : formatBytes(bytes));

/**
 * Details that do not fit into the columns: changed fields, effects, and reasons for unknown
 * values.
 */
function remarks(pipelines: readonly PipelineCost[]): string[] {
  const lines = pipelines.flatMap(({ project, name, effects, unknown, fields }) => {
    const changed =
      fields.length === 0 ? [] : [`changes ${fields.map(({ path }) => path).join(", ")}`];
    const all = [...changed, ...effects, ...unknown.map((why) => `unknown: ${why}`)];
    return all.length === 0 ? [] : [`  ${project}/${name}: ${all.join("; ")}`];
  });
  return lines.length === 0 ? [] : ["", ...lines];
}
