/** Which datums a job processes, from lists of datums and by arithmetic. */
import { isMap, type Value, type ValueMap } from "../../kit/values";
import type { DatumRow } from "./rows";

/** What a job does with the datums of its input. */
export interface DatumCounts {
  readonly processed: number;
  readonly skipped: number;
  readonly total: number;
  /** Datums of the last successful job that the input has no more: their results disappear. */
  readonly vanishing: number;
  /** The size of the files to process. */
  readonly bytes: number;
}

/**
 * Compares the datums of the last successful job with those of the input now, as a job does: same id
 * and same files is skipped. `before` is empty if no job succeeded.
 */
export function predictDatums(
  before: readonly DatumRow[],
  after: readonly DatumRow[],
): DatumCounts {
  const done = new Map(before.filter(isDone).map((datum) => [datum.datum.id, filesOf(datum)]));
  const ids = new Set(after.map(({ datum }) => datum.id));
  const processed = after.filter((datum) => done.get(datum.datum.id) !== filesOf(datum));
  return {
    processed: processed.length,
    skipped: after.length - processed.length,
    total: after.length,
    vanishing: before.filter(({ datum }) => !ids.has(datum.id)).length,
    bytes: sizeOf(processed),
  };
}

/** What a job does that processes everything, whatever was done before. */
export function allProcessed(before: readonly DatumRow[], after: readonly DatumRow[]): DatumCounts {
  const { total, vanishing } = predictDatums(before, after);
  return { processed: total, skipped: 0, total, vanishing, bytes: sizeOf(after) };
}

/** One that failed, or that its errCmd saved, has no result to keep. */
function isDone({ state }: DatumRow): boolean {
  return state !== "FAILED" && state !== "RECOVERED";
}

function filesOf({ data }: DatumRow): string {
  return JSON.stringify(data.map(({ file, hash }) => [file.path, hash]));
}

function sizeOf(datums: readonly DatumRow[]): number {
  return datums
    .flatMap(({ data }) => data.map(({ sizeBytes }) => Number(sizeBytes)))
    .reduce((sum, size) => sum + size, 0);
}

/** The inputs of repos inside an input, in order. */
export function pfsInputs(input: Value | undefined): ValueMap[] {
  if (!isMap(input)) return [];
  return Object.entries(input).flatMap(([kind, value]) => {
    if (kind === "pfs") return isMap(value) ? [value] : [];
    return Array.isArray(value) ? value.flatMap(pfsInputs) : [];
  });
}

/** Whether ticks are part of an input. Pachyderm does not list the datums of such. */
export function hasCron(input: Value | undefined): boolean {
  if (!isMap(input)) return false;
  return Object.entries(input).some(([kind, value]) =>
    kind === "cron" ? isMap(value) : Array.isArray(value) && value.some(hasCron),
  );
}

/** Whether an input has a cross in it, which takes long to list however few datums are asked for. */
export function hasCross(input: Value | undefined): boolean {
  if (!isMap(input)) return false;
  return Object.entries(input).some(
    ([kind, value]) =>
      Array.isArray(value) && ((kind === "cross" && value.length > 1) || value.some(hasCross)),
  );
}

/** A number of datums, or why it is not known. */
export type DatumCount = { readonly count: number } | { readonly unknown: string };

/**
 * The number of an input's datums from those of its repos alone, which are in the order of
 * `pfsInputs`. A cross has the product, a union the sum; a join or group depends on the paths.
 */
export function countInput(
  input: Value | undefined,
  counts: readonly (number | undefined)[],
): DatumCount {
  const left = [...counts];
  const count = (part: Value | undefined): DatumCount => {
    if (!isMap(part)) return { unknown: "it has no input" };
    const kind = Object.keys(part).find((name) => isSet(part[name]));
    const value = kind === undefined ? undefined : part[kind];
    if (kind === "pfs") {
      const one = left.shift();
      return one === undefined
        ? { unknown: `the datums of ${nameOf(value)} are not counted` }
        : { count: one };
    }
    if (kind === "cron") return { unknown: "Pachyderm does not list the datums of a cron input" };
    if ((kind !== "cross" && kind !== "union") || !Array.isArray(value)) {
      return { unknown: `the datums of a ${kind ?? "missing input"} depend on file paths` };
    }
    const parts = value.map(count);
    const unknown = parts.find((one) => "unknown" in one);
    if (unknown !== undefined) return unknown;
    const numbers = parts.map((one) => ("count" in one ? one.count : 0));
    return kind === "union"
      ? { count: numbers.reduce((sum, one) => sum + one, 0) }
      : { count: numbers.reduce((product, one) => product * one, 1) };
  };
  return count(input);
}

function isSet(value: Value | undefined): boolean {
  return Array.isArray(value) ? value.length > 0 : isMap(value);
}

function nameOf(pfs: Value | undefined): string {
  return isMap(pfs) ? `repo ${String(pfs.repo)}` : "a repo";
}
