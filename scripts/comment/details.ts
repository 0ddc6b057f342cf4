import { countOf } from "../../providers/pachyderm/client";
import { block, code, cut } from "./escape";
import type { ChangedResource } from "./fields";

/** What differs between the state and the systems, or why that is not known. */
export type Drift = readonly ChangedResource[] | { readonly unknown: string };

const CLOSE = "\n\n</details>";

/** The changed fields, folded, as many resources as there is room for. */
export function fieldDetails(resources: readonly ChangedResource[], room: number): string {
  return folded(`Fields (${countsByOperation(resources)})`, resources, room);
}

/** What somebody changed by hand, folded: the pull request does not cause it. */
export function driftDetails(drift: Drift | undefined, room: number): string {
  if (drift === undefined) return "";
  if ("unknown" in drift) {
    const line = `<sub>Drift is not known: ${code(cut(drift.unknown, 300))}</sub>`;
    return line.length > room ? "" : line;
  }
  return folded(`Drift found, not part of this change (${drift.length})`, drift, room);
}

function folded(title: string, resources: readonly ChangedResource[], room: number): string {
  if (resources.length === 0) return "";
  let text = `<details><summary>${title}</summary>`;
  let shown = 0;
  for (const { name, op, lines } of resources) {
    const body = lines.length === 0 ? "" : `\n${block(lines, "diff")}`;
    const more = `\n\n${op} ${code(name)}${body}`;
    if (text.length + more.length + CLOSE.length > room) break;
    text += more;
    shown += 1;
  }
  if (shown === 0) return "";
  const left = resources.length - shown;
  return `${text}${left > 0 ? `\n\nand ${countOf(left, "resource")} more, see the log of the check` : ""}${CLOSE}`;
}

function countsByOperation(resources: readonly ChangedResource[]): string {
  const counts = new Map<string, number>();
  for (const { op } of resources) counts.set(op, (counts.get(op) ?? 0) + 1);
  return [...counts].map(([op, count]) => countOf(count, op)).join(", ");
}
