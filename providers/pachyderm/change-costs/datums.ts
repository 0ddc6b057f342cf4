/** Which datums a job processes, from lists of datums or calculated. */
import { isMap, type Value, type ValueMap } from "../../kit/values";
import type { DatumRow } from "./rows";

/** What a job does with the datums of its input. */
export interface DatumCounts {
  readonly processed: number;
  readonly skipped: number;
  readonly total: number;
  /** Datums of the last successful job that the input no longer has: their results disappear. */
  readonly vanishing: number;
  /** The size of the files to process. */
  readonly bytes: number;
}

/**
 * Compares the datums of the last successful job with the current datums of the input, as a job does:
 * a datum with the same id and files is skipped. `before` is empty if no job has succeeded.
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

/** The counts of a job that processes everything. */
export function allProcessed(before: readonly DatumRow[], after: readonly DatumRow[]): DatumCounts {
  const { total, vanishing } = predictDatums(before, after);
  return { processed: total, skipped: 0, total, vanishing, bytes: sizeOf(after) };
}

/** A datum that failed, or that errCmd recovered, has no result to keep. */
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

/** The pfs inputs inside an input, in order. */
export function pfsInputs(input: Value | undefined): ValueMap[] {
  if (!isMap(input)) return [];
  return Object.entries(input).flatMap(([kind, value]) => {
    if (kind === "pfs") return isMap(value) ? [value] : [];
    return Array.isArray(value) ? value.flatMap(pfsInputs) : [];
  });
}

/** Whether an input includes a cron. Pachyderm does not list the datums of such an input. */
export function hasCron(input: Value | undefined): boolean {
  if (!isMap(input)) return false;
  return Object.entries(input).some(([kind, value]) =>
    kind === "cron" ? isMap(value) : Array.isArray(value) && value.some(hasCron),
  );
}

/** Whether an input includes a cross, which is slow to list even if a request asks for few datums. */
export function hasCross(input: Value | undefined): boolean {
  if (!isMap(input)) return false;
  return Object.entries(input).some(
    ([kind, value]) =>
      Array.isArray(value) && ((kind === "cross" && value.length > 1) || value.some(hasCross)),
  );
}

/** A number of datums, or why it is unknown. */
export type DatumCount = { readonly count: number } | { readonly unknown: string };

/**
 * The number of an input's datums, from the numbers of its pfs inputs in the order of `pfsInputs`. A
 * cross has the product, a union the sum; a join or group depends on the paths.
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
