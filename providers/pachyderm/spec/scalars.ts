/**
 * The strings and numbers that protobuf's JSON form accepts for its scalar types:
 * https://protobuf.dev/programming-guides/json/. Every function returns undefined for a value that
 * Pachyderm would refuse.
 */

/** Longer strings are not parsed as numbers, which bounds the work on them. */
const LONGEST_NUMBER = 400;

/** An integer, given as a number or string (`3`, `"3"`, `3e2`). */
export function parseInteger(value: unknown): bigint | undefined {
  const text = numberText(value);
  if (text === undefined) return undefined;
  if (/^-?\d+$/.test(text)) return BigInt(text);
  const number = Number(text);
  return Number.isSafeInteger(number) ? BigInt(number) : undefined;
}

/**
 * A 32-bit floating point number, given as a number or string; Pachyderm keeps no more digits. NaN
 * and the infinities make no sense where a spec has such numbers.
 */
export function parseFloat32(value: unknown): number | undefined {
  const text = numberText(value);
  if (text === undefined) return undefined;
  const number = Math.fround(Number(text));
  return Number.isFinite(number) ? number : undefined;
}

function numberText(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  const isNumber =
    typeof value === "string" &&
    value.length <= LONGEST_NUMBER &&
    /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(value);
  return isNumber ? value : undefined;
}

/** A duration in its shortest form: `"90.0s"` becomes `"90s"`. */
export function parseDuration(text: string): string | undefined {
  if (text.length > LONGEST_NUMBER) return undefined;
  const match = /^([-+]?)(0|[1-9]\d*)?(?:\.(\d{0,9}))?s$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", seconds, fraction] = match;
  if (seconds === undefined && !fraction) return undefined;
  const digits = `${seconds ?? "0"}${fractionText(fraction)}`;
  // ten thousand years, the limit of google.protobuf.Duration
  if (Number(digits) > 315_576_000_000) return undefined;
  return `${sign === "-" && Number(digits) !== 0 ? "-" : ""}${digits}s`;
}

/** A point in time, in UTC and its shortest form. */
export function parseTimestamp(text: string): string | undefined {
  const match =
    /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, date = "", hour, minute, second, fraction, zone = "Z"] = match;
  const midnight = new Date(`${date}T00:00:00Z`);
  // the 30th of February does not exist, but JavaScript reads it as the 1st of March
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(date)) {
    return undefined;
  }
  const time = new Date(`${date}T${hour}:${minute}:${second}${zone}`);
  if (Number.isNaN(time.getTime())) return undefined;
  return `${time.toISOString().slice(0, 19)}${fractionText(fraction)}Z`;
}

function fractionText(digits = ""): string {
  const significant = digits.replace(/0+$/, "");
  return significant === "" ? "" : `.${significant}`;
}
