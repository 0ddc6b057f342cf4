import { refusal } from "../rpc-error";

/** The five fields of a cron expression, each with its range and the names that it accepts. */
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

const SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};
const LINES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** The first time after `after` (Unix time in milliseconds, as the result); undefined: never. */
export function nextTime(spec: string, after: number): number | undefined {
  if (spec.startsWith("@every ")) return Math.floor(after / 1000) * 1000 + interval(spec);
  const line = LINES[spec] ?? spec;
  if (line.startsWith("@")) return undefined;
  const [minutes, hours, days, months, weekdays] = line
    .trim()
    .split(/\s+/)
    .map(valuesOf) as Values[];
  const dayFits = (time: Date) => {
    const [ofMonth, ofWeek] = [days?.has(time.getUTCDate()), weekdays?.has(time.getUTCDay())];
    return days?.any || weekdays?.any ? ofMonth && ofWeek : ofMonth || ofWeek;
  };
  const time = new Date(Math.floor(after / 60_000) * 60_000 + 60_000);
  const limit = time.getUTCFullYear() + 5;
  while (time.getUTCFullYear() <= limit) {
    if (!months?.has(time.getUTCMonth() + 1)) {
      time.setUTCMonth(time.getUTCMonth() + 1, 1);
      time.setUTCHours(0, 0, 0, 0);
    } else if (!dayFits(time)) {
      time.setUTCDate(time.getUTCDate() + 1);
      time.setUTCHours(0, 0, 0, 0);
    } else if (!hours?.has(time.getUTCHours())) time.setUTCHours(time.getUTCHours() + 1, 0, 0, 0);
    else if (!minutes?.has(time.getUTCMinutes()))
      time.setUTCMinutes(time.getUTCMinutes() + 1, 0, 0);
    else return time.getTime();
  }
  return undefined;
}

interface Values {
  has(value: number): boolean;
  /** Whether the field is `*` or `?`. */
  readonly any: boolean;
}

function valuesOf(field: string, index: number): Values {
  const [least, most, names] = FIELDS[index] ?? [0, 0];
  const values = new Set<number>();
  for (const range of field.split(",")) {
    const [, from = "", to, step] = /^([^-/]+)(?:-([^-/]+))?(?:\/([^-/]+))?$/.exec(range) ?? [];
    const isAny = from === "*" || from === "?";
    const start = isAny ? least : toNumber(from, least, names ?? "");
    const end = to !== undefined ? toNumber(to, least, names ?? "") : isAny || step ? most : start;
    for (let value = start; value <= end; value += Number(step ?? 1)) values.add(value);
  }
  return { has: (value) => values.has(value), any: /^[*?]$/.test(field) };
}

/** The shortest interval of robfig's cron is a second. */
function interval(spec: string): number {
  const parts = [...spec.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)];
  const seconds = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (SECONDS[unit ?? ""] ?? 0),
    0,
  );
  return Math.max(1, Math.floor(seconds)) * 1000;
}
