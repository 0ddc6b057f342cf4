import { countOf } from "../../providers/pachyderm/client";
import { plural } from "../comment/verdict";
import { markerOf } from "../github/marker";
import { code, codeName, cut, rowOf } from "../markdown/escape";
import { fitTable, layOut, type Part } from "../markdown/limit";
import type { ChangedPipeline } from "./compare-pipelines";

/** The meanings of the categories, for a reader without numbers from a running system. */
const MEANINGS: Readonly<Record<string, string>> = {
  created: "new pipeline: processes everything",
  deleted: "deleted with its output",
  settings: "nothing is sent to Pachyderm",
  restart: "workers restart; no datum is processed again",
  difference: "processes the difference",
  rekeyed: "**processes everything again**",
  reprocess: "**processes everything again**",
  replaced: "**replaced by a new pipeline; the old output is deleted**",
  refused: "**Pachyderm refuses this change**",
};

/** The maximum number of rows. */
const MOST_ROWS = 100;
const LONGEST_PATH = 80;

const NOTE =
  "<sub>Compared from the specs alone, without credentials: running jobs, amounts and times are not included. The fork's own code rendered these specs, so read the diff. For a full preview, a maintainer can push the branch to this repository and open a pull request from there.</sub>";

/**
 * The changes as Markdown of at most `room` bytes. All names in it are untrusted: anyone can open a
 * pull request from a fork.
 */
export function renderComparison(
  stack: string,
  changes: readonly ChangedPipeline[],
  room = Number.POSITIVE_INFINITY,
): string {
  const head = `${markerOf("fork", stack)}\n### ${codeName(stack)}: ${verdict(changes.length)}`;
  const parts: Part[] = [
    { rank: 0, render: () => head },
    { rank: 2, render: (left) => comparisonTable(changes, left).join("\n") },
    { rank: 1, render: () => NOTE },
  ];
  return `${layOut(parts, room)}\n`;
}

function verdict(count: number): string {
  if (count === 0) return "no pipeline changes";
  return plural(count, "pipeline changes", "pipelines change");
}

function comparisonTable(changes: readonly ChangedPipeline[], room: number): string[] {
  if (changes.length === 0) return [];
  const table = {
    header: ["| pipeline | change | fields |", "|--|--|--|"],
    items: changes,
    row: tableRow,
    mostRows: MOST_ROWS,
    more: (left: number) => `| and ${left} more: see the log of the workflow | | |`,
  } as const;
  return fitTable(table, room);
}

function tableRow(changed: ChangedPipeline, mostFields: number): string {
  const paths = pathsOf(changed);
  const fields = paths.slice(0, mostFields).map((path) => code(cut(path, LONGEST_PATH)));
  const left = paths.length - fields.length;
  if (left > 0) fields.push(fields.length === 0 ? countOf(left, "field") : `and ${left} more`);
  return rowOf([codeName(shownKey(changed)), meaningOf(changed), fields.join(", ")]);
}

function shownKey({ key }: ChangedPipeline): string {
  return key.replace(/^default\//, "");
}

function meaningOf({ change }: ChangedPipeline): string {
  const category = typeof change === "string" ? change : change.category;
  return MEANINGS[category] ?? category;
}

function pathsOf({ change }: ChangedPipeline): string[] {
  return typeof change === "string" ? [] : change.fields.map(({ path }) => path);
}
