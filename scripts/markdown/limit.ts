import { listed } from "../../providers/kit/listed";
import { formatCount } from "../../providers/pachyderm/client";

/**
 * The maximum size of a comment, check run or issue. GitHub accepts 65,536 characters in a comment
 * or issue and 65,535 bytes in a check run, so all texts are measured in bytes.
 */
export const LONGEST_TEXT = 60_000;

/** The size of a text in bytes. */
export function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}

/** How many of the texts fit, starting with the first. */
function countThatFit(texts: readonly string[], room: number, separator: string): number {
  let free = room + sizeOf(separator);
  const firstLeft = texts.findIndex((text) => {
    free -= sizeOf(text) + sizeOf(separator);
    return free < 0;
  });
  return firstLeft < 0 ? texts.length : firstLeft;
}

/** As many texts as fit, each on its own lines, then the number of omitted ones. */
export function fitTexts(
  texts: readonly string[],
  room: number,
  more: (left: number) => string,
): string[] {
  if (countThatFit(texts, room, "\n") === texts.length) return [...texts];
  const free = room - sizeOf(more(texts.length)) - 1;
  if (free < -1) return [];
  const count = countThatFit(texts, free, "\n");
  return [...texts.slice(0, count), more(texts.length - count)];
}

/** As many items as fit on one line. */
export function listItems(items: readonly string[], room: number): string {
  if (countThatFit(items, room, ", ") === items.length) return items.join(", ");
  const count = countThatFit(items, room - " and 1,000,000 more".length, ", ");
  return count === 0 ? formatCount(items.length) : listed(items, count);
}

/** A part of a text that must fit into the remaining room. */
export interface Part {
  /** Parts with a lower rank take their room first. */
  readonly rank: number;
  /** The maximum room that it takes, even if there is more. */
  readonly most?: number;
  /** At most `room` bytes; empty if nothing fits. */
  readonly render: (room: number) => string;
}

const GAP = "\n\n";

/** Parts in the order of the page, cut in the order of their ranks. */
export function layOut(parts: readonly Part[], room: number): string {
  const rendered = new Map<Part, string>();
  let free = room;
  for (const part of [...parts].sort((one, other) => one.rank - other.rank)) {
    const text = part.render(Math.max(0, Math.min(free - GAP.length, part.most ?? free)));
    rendered.set(part, text);
    if (text !== "") free -= sizeOf(text) + GAP.length;
  }
  return parts
    .map((part) => rendered.get(part) ?? "")
    .filter((text) => text !== "")
    .join(GAP);
}

/** A table that fits: details in rows are cut before rows are. */
export interface TableToFit<Item> {
  readonly header: readonly [names: string, alignment: string];
  readonly items: readonly Item[];
  /** A row with at most this many details. */
  readonly row: (item: Item, details: number) => string;
  /** The maximum number of rows, even if there is more room. */
  readonly mostRows: number;
  /** The row that shows the number of omitted rows. */
  readonly more: (left: number) => string;
}

const MOST_DETAILS = [10, 3, 1, 0];
const MOST_DETAILS_IN_LOG = 1_000;

/** The lines of a table, at most `room` bytes; none if not even one row fits. */
export function fitTable<Item>(table: TableToFit<Item>, room: number): string[] {
  const { header, items, row, mostRows, more } = table;
  if (room === Number.POSITIVE_INFINITY) {
    return [...header, ...items.map((item) => row(item, MOST_DETAILS_IN_LOG))];
  }
  const left = items.length - mostRows;
  const free = room - sizeOf(header.join("\n")) - 1;
  let rows: string[] = [];
  for (const details of MOST_DETAILS) {
    const shown = items.slice(0, mostRows).map((item) => row(item, details));
    rows = left > 0 ? [...shown, more(left)] : shown;
    if (sizeOf(rows.join("\n")) <= free) return [...header, ...rows];
  }
  const kept = fitTexts(rows.slice(0, mostRows), free, (cut) => more(cut + Math.max(0, left)));
  return kept.length === 0 ? [] : [...header, ...kept];
}
