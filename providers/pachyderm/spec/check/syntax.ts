/**
 * The small languages inside a spec, as read by the Go libraries that Pachyderm uses. Each function
 * returns what is wrong with a string, or undefined if it is valid.
 */

import { quoted, shortened } from "../../../kit/quote";
import { cleanGlob } from "../canonical";

interface CronField {
  readonly label: string;
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const CRON_FIELDS: readonly CronField[] = [
  { label: "minute", least: 0, most: 59 },
  { label: "hour", least: 0, most: 23 },
  { label: "day of the month", least: 1, most: 31 },
  { label: "month", least: 1, most: 12, names: MONTHS },
  { label: "day of the week", least: 0, most: 6, names: WEEKDAYS },
];
const CRON_WORDS = "@yearly @annually @monthly @weekly @daily @midnight @hourly".split(" ");

/**
 * A cron expression: https://pkg.go.dev/github.com/robfig/cron@v1.2.0#ParseStandard and Pachyderm's
 * own `@never`. What that library accepts (such as `1,,2`) is accepted here, too.
 */
export function cronProblem(spec: string): string | undefined {
  if (spec.trim() === "@never") return undefined;
  if (spec.startsWith("@every ")) {
    const isDuration = isGoDuration(spec.slice("@every ".length));
    return isDuration ? undefined : "`@every` requires a duration such as `1h30m`";
  }
  if (spec.startsWith("@")) {
    return CRON_WORDS.includes(spec)
      ? undefined
      : `is not supported: expected one of ${CRON_WORDS.join(", ")}, @every DURATION and @never`;
  }
  const fields = spec.split(/\s+/).filter((field) => field !== "");
  if (fields.length !== CRON_FIELDS.length) {
    return `has ${fields.length} fields, expected 5 (minute, hour, day, month, weekday)`;
  }
  for (const [index, field] of CRON_FIELDS.entries()) {
    for (const range of (fields[index] ?? "").split(",").filter((part) => part !== "")) {
      if (!isCronRange(range, field)) {
        return (
          `has an invalid ${field.label}: ${shortened(range)} (expected ${field.least} to ` +
          `${field.most})`
        );
      }
    }
  }
  return undefined;
}

/** `*`, `5`, `1-5`, each also with a step: `1-5/2`. */
function isCronRange(text: string, { least, most, names }: CronField): boolean {
  const [range = "", stepText, ...moreSteps] = text.split("/");
  const [lowText = "", highText, ...moreBounds] = range.split("-");
  if (moreSteps.length > 0) return false;
  const step = stepText === undefined ? 1 : cronNumber(stepText);
  if (step === undefined || step === 0) return false;
  if (lowText === "*" || lowText === "?") return true;
  if (moreBounds.length > 0) return false;
  const low = cronNumber(lowText, least, names);
  const high = highText === undefined ? low : cronNumber(highText, least, names);
  if (low === undefined || high === undefined) return false;
  return low >= least && high <= most && low <= high;
}

function cronNumber(text: string, least = 0, names: readonly string[] = []): number | undefined {
  const index = names.indexOf(text.toLowerCase());
  if (index >= 0) return index + least;
  return /^\+?\d+$/.test(text) ? Number(text) : undefined;
}

/** https://pkg.go.dev/time#ParseDuration */
function isGoDuration(text: string): boolean {
  return /^[-+]?(0|((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/.test(text);
}

/** A size such as `10MB`: https://pkg.go.dev/github.com/docker/go-units#FromHumanSize */
export function sizeProblem(size: string): string | undefined {
  if (/^(\d+(\.\d*)?|\.\d+) ?([kmgtp](i?b)?|b)?$/i.test(size)) return undefined;
  return "must be a size such as `500MB` or `1.5GB`";
}

const QUANTITY = /^([-+]?(?:\d+(?:\.\d*)?|\.\d+))(?:([KMGTPE]i)|([numkMGTPE])|[eE]([-+]?\d+))?$/;
const DECIMAL_UNITS = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY_UNITS = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** An amount: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export function quantityProblem(quantity: string): string | undefined {
  if (QUANTITY.test(quantity)) return undefined;
  return (
    "is not a valid Kubernetes quantity such as `256Mi` or `4G`, so Pachyderm ignores it: found " +
    quoted(quantity)
  );
}

/** The number that a quantity represents, with JavaScript's precision; undefined if invalid. */
export function quantityValue(quantity: string): number | undefined {
  const match = QUANTITY.exec(quantity);
  if (match === null) return undefined;
  const [, number, binary, decimal = "", exponent] = match;
  if (exponent !== undefined) return Number(`${number}e${exponent}`);
  if (binary !== undefined) return Number(number) * 1024 ** BINARY_UNITS.indexOf(binary);
  return Number(number) * 1000 ** (DECIMAL_UNITS.indexOf(decimal) - DECIMAL_UNITS.indexOf(""));
}

const CLOSING: Readonly<Record<string, string>> = { "[": "]", "{": "}", "(": ")" };

/** What is wrong with a glob that no file can match, although Pachyderm accepts it. */
export function globProblem(glob: string): string | undefined {
  if (/^\/\.\.(\/|$)/.test(cleanGlob(glob)))
    return "points outside of the repo, so no file can match it";
  const open: string[] = [];
  for (let index = 0; index < glob.length; index++) {
    const letter = glob[index] ?? "";
    if (letter === "\\") index++;
    else if (open.at(-1) === "[" && letter !== "]") continue;
    else if (CLOSING[letter] !== undefined) open.push(letter);
    else if (letter === CLOSING[open.at(-1) ?? ""]) open.pop();
  }
  const unclosed = open.at(-1);
  return unclosed === undefined
    ? undefined
    : `has a ${unclosed} without ${CLOSING[unclosed]}, so no file can match it`;
}

/**
 * The number of capture groups in a glob: its parentheses, including those of `@(a|b)` and similar.
 */
export function captureGroups(glob: string): number {
  let groups = 0;
  let inClass = false;
  for (let index = 0; index < glob.length; index++) {
    const letter = glob[index];
    if (letter === "\\") index++;
    else if (inClass) inClass = letter !== "]";
    else if (letter === "[") inClass = true;
    else if (letter === "(") groups++;
  }
  return groups;
}

/** The highest capture group that a `joinOn` or `groupBy` refers to (`$1`, `${1}`), 0 if none. */
export function highestReference(template: string): number {
  let highest = 0;
  for (const [, braced, bare] of template.matchAll(/\$(?:\{(\d{1,9})\}|(\d{1,9}))/g)) {
    highest = Math.max(highest, Number(braced ?? bare));
  }
  return highest;
}

/** Whether the text has the form of a commit's id. */
export const isCommitId = (text: string) => /^[0-9a-f]{32}$/.test(text);

/** The name of a repo, branch or pipeline: `ValidateName` in src/internal/ancestry/ancestry.go. */
export function nameProblem(name: string): string | undefined {
  const problem = letterProblem(name);
  return problem === undefined ? undefined : `${problem}, found ${quoted(name)}`;
}

/** The same, as a phrase that follows the name. */
export function letterProblem(name: string): string | undefined {
  return /^[a-zA-Z0-9_-]+$/.test(name) ? undefined : "must consist of letters, digits, _ and -";
}
