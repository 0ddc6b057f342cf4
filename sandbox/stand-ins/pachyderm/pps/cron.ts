import { refusal } from "../rpc-error";

/** The five fields of a cron line, each with its range and the names it takes. */
const FIELDS: readonly (readonly [least: number, most: number, names?: string])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12, "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"],
  [0, 6, "sun|mon|tue|wed|thu|fri|sat"],
];
const DESCRIPTOR = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/;
const INTERVAL = /^@every (\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/;

/**
 * Checks what robfig/cron v1 ParseStandard checks, and Pachyderm's own `@never`.
 * https://github.com/robfig/cron/blob/v1.2.0/parser.go
 */
export function checkCron(spec: string): void {
  if (spec === "@never") return;
  if (spec.startsWith("@")) {
    if (!DESCRIPTOR.test(spec) && !INTERVAL.test(spec))
      throw refusal(`Unrecognized descriptor: ${spec}`);
    return;
  }
  const fields = spec.split(/\s+/).filter((field) => field !== "");
  if (fields.length !== FIELDS.length)
    throw refusal(`Expected exactly 5 fields, found ${fields.length}: ${spec}`);
  for (const [index, field] of fields.entries()) {
    const [least, most, names] = FIELDS[index] ?? [0, 0];
    for (const range of field.split(",")) checkRange(range, least, most, names);
  }
}

function checkRange(range: string, least: number, most: number, names = ""): void {
  const [, from = "", to, step] = /^([^-/]+)(?:-([^-/]+))?(?:\/([^-/]+))?$/.exec(range) ?? [];
  if (from === "") throw refusal(`Too many hyphens or slashes: ${range}`);
  if (from !== "*" && from !== "?") {
    const start = toNumber(from, least, names);
    const end = to === undefined ? start : toNumber(to, least, names);
    if (start < least)
      throw refusal(`Beginning of range (${start}) below minimum (${least}): ${range}`);
    if (end > most) throw refusal(`End of range (${end}) above maximum (${most}): ${range}`);
    if (start > end)
      throw refusal(`Beginning of range (${start}) beyond end of range (${end}): ${range}`);
  }
  if (step !== undefined && toNumber(step, least, "") === 0)
    throw refusal(`Step of range should be a positive number: ${range}`);
}

function toNumber(text: string, least: number, names: string): number {
  const named = names === "" ? -1 : names.split("|").indexOf(text.toLowerCase());
  if (named >= 0) return named + least;
  if (!/^\d+$/.test(text)) throw refusal(`Failed to parse int from ${text}`);
  return Number(text);
}
