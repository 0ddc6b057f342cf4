/**
 * Plain YAML scalars that tools interpret differently. pachctl reads YAML with gopkg.in/yaml.v3,
 * some of it as YAML 1.1, and refuses numbers and dates that JSON cannot hold; its older versions
 * convert them.
 * https://github.com/pachyderm/pachyderm/blob/v2.11.6/src/internal/ppsutil/decoder.go
 * https://github.com/go-yaml/yaml/blob/v3.0.1/resolve.go
 */

/** A number as in JSON, or without the zero before the decimal point. */
const DECIMAL = /^(-?(0|[1-9]\d*)(\.\d+)?|\.\d+)([eE][+-]?\d+)?$/;
/** Scalars that only some tools read as numbers, after `_` is removed. */
const NUMBER =
  /^[-+]?(0[xX][\da-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|\d+|(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?)$/;
const LEADING_ZERO = /^[-+]?0[\d_]+$/;
const DATE = /^\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d*)?(Z|[-+]\d{2}:\d{2})?)?$/;
/** A date that all tools that accept it read as the same text. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*[1-9])?(Z|[-+]\d\d:\d\d)$/;

/**
 * What to write instead of a plain scalar that tools interpret differently; undefined if all agree.
 */
export function ambiguityOf(source: string, value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "bigint") {
    const isExact = DECIMAL.test(source) && Number.isFinite(Number(source));
    return isExact ? undefined : differentNumber(source);
  }
  if (typeof value !== "string") return undefined;
  if (/^[-+\d]/.test(source) && NUMBER.test(source.replaceAll("_", ""))) {
    return differentNumber(source);
  }
  if (!DATE.test(source) || RFC_3339.test(source)) return undefined;
  return `${source} is a date, which pachctl rejects without quotes: write "${source}"`;
}

function differentNumber(source: string): string {
  const quoted = `or "${source}" if it is a string`;
  return LEADING_ZERO.test(source)
    ? `some tools read ${source} as octal and others as decimal: write the number without leading zeros, ${quoted}`
    : `only some tools read ${source} as a number: write it in decimal digits, ${quoted}`;
}
