import {
  type CostReport,
  countOf,
  formatBytes,
  formatCount,
  formatDuration,
  formatRange,
  type PipelineCost,
} from "../../providers/pachyderm/client";
import { DEFAULT_PROJECT } from "../../providers/pachyderm/rules";
import { code, codeName, cut, rowOf } from "../markdown/escape";
import { fitTable } from "../markdown/limit";

const HEADER = [
  "| pipeline | change | datums | data | time* | also |",
  "|--|--|--:|--:|--:|--|",
] as const;
/** The maximum number of pipelines in a table; the others are counted. */
const MOST_ROWS = 50;
const LONGEST_EFFECT = 200;

/**
 * The pipelines that change, and those downstream that have work because of that, the costliest
 * first.
 */
export function pipelineTable(costs: CostReport | undefined, room: number): string[] {
  const rows = (costs?.pipelines ?? []).filter(
    ({ category }) => category !== "none" && category !== "settings",
  );
  if (rows.length === 0) return [];
  const more = (left: number) =>
    `| and ${formatCount(left)} more: see the log of the check | | | | | |`;
  const table = { header: HEADER, items: [...rows].sort(byCost), row, mostRows: MOST_ROWS, more };
  return fitTable(table, room);
}

function byCost(one: PipelineCost, other: PipelineCost): number {
  return (
    Number(other.category !== "downstream") - Number(one.category !== "downstream") ||
    (other.time?.p90Seconds ?? 0) - (one.time?.p90Seconds ?? 0) ||
    (other.datums?.processed ?? 0) - (one.datums?.processed ?? 0) ||
    (one.name < other.name ? -1 : 1)
  );
}

function row(pipeline: PipelineCost, mostEffects: number): string {
  const cells = [
    nameOf(pipeline),
    changeOf(pipeline),
    datumsOf(pipeline),
    bytesOf(pipeline),
    timeOf(pipeline),
    alsoOf(pipeline, mostEffects),
  ];
  return rowOf(cells);
}

function nameOf({ project, name, member }: PipelineCost): string {
  const shown = codeName(project === DEFAULT_PROJECT ? name : `${project}/${name}`);
  return member === false ? `${shown} ⚠️ **outside this stack**` : shown;
}

const CHANGES: Readonly<Record<PipelineCost["category"], string>> = {
  none: "none",
  settings: "settings only",
  stop: "stopped",
  restart: "restart only",
  start: "started",
  difference: "difference",
  rekeyed: "**everything again**",
  reprocess: "**reprocess**",
  replaced: "**replaced**",
  refused: "**refused**",
  create: "created",
  delete: "**deleted**",
  downstream: "downstream",
};

const changeOf = ({ category }: PipelineCost) => CHANGES[category];

function datumsOf({ category, datums }: PipelineCost): string {
  if (datums === null) return category === "delete" ? "–" : "unknown";
  return `${datums.upTo ? "up to " : ""}${formatCount(datums.processed)}`;
}

function bytesOf({ bytes, datums, category }: PipelineCost): string {
  if (bytes !== null && datums?.processed !== 0) return formatBytes(bytes);
  return category === "delete" || datums?.processed === 0 ? "–" : "unknown";
}

function timeOf({ time, category, datums }: PipelineCost): string {
  if (time !== null && datums?.processed !== 0) return formatRange(time);
  return category === "delete" || datums?.processed === 0 ? "–" : "unknown";
}

function alsoOf(
  { killedJobs, effects, deletedBytes, datums }: PipelineCost,
  mostEffects: number,
): string {
  const left = effects.length - mostEffects;
  const ran = Math.max(0, ...killedJobs.map(({ seconds }) => seconds));
  return [
    ...(killedJobs.length === 0
      ? []
      : [`kills ${countOf(killedJobs.length, "job")} (longest run: ${formatDuration(ran)})`]),
    ...(deletedBytes ? [`${formatBytes(deletedBytes)} deleted`] : []),
    ...((datums?.vanishing ?? 0) === 0
      ? []
      : [`results of ${countOf(datums?.vanishing ?? 0, "datum")} disappear`]),
    ...effects.slice(0, mostEffects).map((effect) => code(cut(effect, LONGEST_EFFECT))),
    ...(left > 0 ? [`${countOf(left, "effect")} not shown`] : []),
  ].join("; ");
}
