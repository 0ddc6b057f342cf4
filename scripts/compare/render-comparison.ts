import { code, cut } from "../comment/escape";
import { markerOf } from "../comment/marker";
import type { ChangedPipeline } from "./compare-pipelines";

/** What a category means, for a reader who has no numbers of a running system. */
const MEANINGS: Readonly<Record<string, string>> = {
  created: "new pipeline: processes everything",
  deleted: "deleted with its output",
  settings: "nothing is sent to Pachyderm",
  restart: "workers restart, no datum is processed again",
  difference: "processes the difference",
  rekeyed: "**processes everything again**",
  reprocess: "**processes everything again**",
  replaced: "**a new pipeline; the old one's output is deleted**",
  refused: "**Pachyderm refuses this change**",
};

const MOST_ROWS = 100;
const MOST_FIELDS = 10;

/** The comment about the specs of a fork's pull request; every name in it was written by others. */
export function renderComparison(stack: string, changes: readonly ChangedPipeline[]): string {
  const note =
    "<sub>Compared without credentials, from the specs alone: no running jobs, amounts or times. A maintainer's push of the branch previews it in full.</sub>";
  const head = `${markerOf("fork", stack)}\n### ${code(stack)}: ${verdict(changes.length)}`;
  if (changes.length === 0) return `${head}\n\n${note}\n`;
  const left = changes.length - MOST_ROWS;
  const rows = changes.slice(0, MOST_ROWS).map(tableRow);
  const more = left > 0 ? [`| and ${left} more | | |`] : [];
  const table = ["| pipeline | change | fields |", "|--|--|--|", ...rows, ...more].join("\n");
  return `${head}\n\n${table}\n\n${note}\n`;
}

function verdict(count: number): string {
  if (count === 0) return "no pipeline changes";
  return count === 1 ? "1 pipeline changes" : `${count} pipelines change`;
}

function tableRow({ key, change }: ChangedPipeline): string {
  const category = typeof change === "string" ? change : change.category;
  const paths = typeof change === "string" ? [] : change.fields.map(({ path }) => path);
  const fields = paths.slice(0, MOST_FIELDS).map((path) => code(cut(path, 80)));
  const left = paths.length - MOST_FIELDS;
  if (left > 0) fields.push(`and ${left} more`);
  const name = code(cut(key.replace(/^default\//, ""), 120));
  return `| ${name} | ${MEANINGS[category] ?? category} | ${fields.join(", ")} |`;
}
