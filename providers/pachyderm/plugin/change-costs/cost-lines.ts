/** The lines of previews and updates about costs. */
import { listed } from "../../../kit/listed";
import type { PipelineCost, RepoCost } from "../../change-costs/report";
import { formatBytes } from "../../change-costs/units";
import { costLine } from "../../change-costs/words";
import { formatId } from "../api/object-ref";

/** The most pipelines that a line names. */
const MOST = 12;

/** The cost of a pipeline. */
export const verdictLine = (cost: PipelineCost) => `pipeline ${formatId(cost)}: ${costLine(cost)}`;

/** The cost of a deleted repo. */
export function repoLine(cost: RepoCost): string {
  const size =
    cost.deletedBytes === null
      ? `data of unknown size (${cost.unknown.join("; ")})`
      : `${formatBytes(cost.deletedBytes)} of data`;
  const readers = cost.readers.length === 0 ? "" : `; read by ${listed(cost.readers, MOST)}`;
  return `repo ${formatId(cost)}: deleted, with ${size}${readers}`;
}

/** What happens downstream, outside this stack last; undefined if nothing happens. */
export function downstreamLine(costs: readonly PipelineCost[]): string | undefined {
  const outside = costs.filter(({ member }) => member === false);
  const inside = costs.filter(({ member }) => member !== false);
  const parts = [
    ...(inside.length === 0 ? [] : [`downstream: ${grouped(inside)}`]),
    ...(outside.length === 0 ? [] : [`OUTSIDE this stack: ${grouped(outside)}`]),
  ];
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** Groups pipelines with the same costs. */
function grouped(costs: readonly PipelineCost[]): string {
  const groups = new Map<string, string[]>();
  for (const cost of costs) {
    // the heading says why it is affected, and whether it belongs to the stack
    const line = costLine({ ...cost, because: [], member: null }).replace(/^downstream(: )?/, "");
    groups.set(line, [...(groups.get(line) ?? []), formatId(cost)]);
  }
  return [...groups]
    .map(([line, ids]) => `${listed(ids, MOST)}${line === "" ? "" : ` (${line})`}`)
    .join(", ");
}
