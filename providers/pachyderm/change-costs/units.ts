import type { TimeRange } from "./report";

/** Human-readable counts, sizes and durations. */

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Writes a size in powers of 1000, such as `1.4 GB`. */
export function formatBytes(bytes: number): string {
  let power = 0;
  // a value that would be rounded to 1000 belongs to the next unit
  while (Math.round(bytes / 1000 ** power) >= 1000 && power < UNITS.length - 1) power += 1;
  const value = bytes / 1000 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** Writes a count with thousands separators, such as `1,204`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** Writes a count with its noun, such as `1 job` or `1,204 datums`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Writes a duration in its two largest units, such as `2 h 10 min`, `41 min` or `under 1 s`. */
export function formatDuration(seconds: number): string {
  if (seconds < 1) return "under 1 s";
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (whole < 600 && whole % 60 !== 0) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (minutes < 24 * 60) return joined(Math.floor(minutes / 60), "h", minutes % 60, "min");
  return joined(Math.floor(hours / 24), "d", hours % 24, "h");
}

/** Writes a time range such as `2 h 10 min – 2 h 50 min`, or `about 4 min` where both are the same. */
export function formatRange({ p50Seconds, p90Seconds }: TimeRange, separator = "–"): string {
  const [from, to] = [formatDuration(p50Seconds), formatDuration(p90Seconds)];
  if (from !== to) return `${from} ${separator} ${to}`;
  return from.startsWith("under") ? from : `about ${from}`;
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
