/** Selects a use case in the text of a stack file, and leaves everything else unchanged. */
import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, type Pair, parse, parseDocument, type YAMLMap } from "yaml";
import { configurationIn, isBlock, stackKey } from "../../../config/stack-file";

const USE_CASES = stackKey("useCases");
const ADOPT = stackKey("adopt");

/**
 * The stack file with a use case selected, and with `adopt` set if it takes over existing objects.
 */
export function selectUseCase(
  text: string,
  useCase: string,
  { adopt }: { readonly adopt: boolean },
): string {
  const selected = withUseCase(withConfig(text), useCase);
  const changed = adopt ? withAdopt(selected) : selected;
  requireOnlyThat(text, changed, useCase, adopt);
  return changed;
}

/** The use cases that a stack file selects. */
export function selectedUseCases(text: string): string[] {
  const file: unknown = parse(text);
  const config = isBlock(file) ? configurationIn(file) : {};
  return isBlock(config[USE_CASES]) ? Object.keys(config[USE_CASES]) : [];
}

function withConfig(text: string): string {
  const { contents } = parseDocument(text);
  if (isMap(contents) && isMap(contents.get("config"))) return text;
  if (isMap(contents) && contents.has("config"))
    return text.replace(/^config:.*$/m, "config:\n  {}");
  return `${text === "" || text.endsWith("\n") ? text : `${text}\n`}config:\n  {}\n`;
}

function configOf(text: string): YAMLMap {
  const { contents } = parseDocument(text);
  const config = isMap(contents) ? contents.get("config") : undefined;
  if (!isMap(config)) throw new Error("the stack file has no object `config`");
  return config;
}

function withUseCase(text: string, useCase: string): string {
  const config = configOf(text);
  const pair = pairOf(config, USE_CASES);
  const indent = indentOf(text, config);
  // a name such as `null` is a string only in quotes
  const entry = `${parse(useCase) === useCase ? useCase : JSON.stringify(useCase)}: {}`;
  const value = pair?.value;
  if (pair === undefined || value === undefined) {
    const lines = [`${USE_CASES}:`, `  ${entry}`];
    return append(text, config, lines, { [USE_CASES]: { [useCase]: {} } });
  }
  if (isScalar(value) && value.value !== null) {
    throw new Error(
      `${USE_CASES} is a string; write it as an object: \`${USE_CASES}:\` and below it \`${entry}\``,
    );
  }
  if (isMap(value) && value.items.length > 0) {
    return append(text, value, [entry], { [useCase]: {} });
  }
  // an empty block: `{}` or no value
  const [start, end] = rangeOf(value, pair);
  if (config.flow) {
    return `${text.slice(0, start)}{${inBraces({ [useCase]: {} })}}${text.slice(end)}`;
  }
  const before = text.slice(0, start).replace(/ +$/, "");
  return `${before}\n${indent}  ${entry}${text.slice(end)}`;
}

function withAdopt(text: string): string {
  const config = configOf(text);
  const pair = pairOf(config, ADOPT);
  if (pair === undefined) return append(text, config, [`${ADOPT}: true`], { [ADOPT]: true });
  const [start, end] = rangeOf(pair.value, pair);
  return `${text.slice(0, start).trimEnd()} true${text.slice(end)}`;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((item) => isScalar(item.key) && item.key.value === key);
}

function rangeOf(value: unknown, { key }: Pair): readonly [number, number] {
  const range = (value as { range?: [number, number, number] } | null)?.range;
  if (range) return [range[0], range[1]];
  // no value after the colon
  const end = ((key as { range?: [number, number, number] }).range?.[1] ?? 0) + 1;
  return [end, end];
}

/** Adds entries at the end of a map: as lines, or in its braces. */
function append(
  text: string,
  map: YAMLMap,
  lines: readonly string[],
  entries: Readonly<Record<string, unknown>>,
): string {
  if (map.flow && map.items.length > 0) {
    const end = lastEnd(map);
    return `${text.slice(0, end)}, ${inBraces(entries)}${text.slice(end)}`;
  }
  const indent = indentOf(text, map);
  const added = lines.map((line) => `${indent}${line}\n`).join("");
  if (map.items.length === 0) {
    // the map is written as {}
    const [start, end] = map.range ?? [0, 0];
    const lineStart = text.lastIndexOf("\n", start - 1) + 1;
    const head =
      text.slice(lineStart, start).trim() === ""
        ? text.slice(0, lineStart)
        : `${text.slice(0, start).trimEnd()}\n`;
    return `${head}${added}${text.slice(end).replace(/^\n/, "")}`;
  }
  const at = lineAfter(text, lastEnd(map));
  const before = text.slice(0, at);
  return `${before}${before.endsWith("\n") ? "" : "\n"}${added}${text.slice(at)}`;
}

/** Entries as JSON, which is also valid inside the braces of YAML. */
function inBraces(entries: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(entries).slice(1, -1);
}

/** Where the last value of a map ends. */
function lastEnd(map: YAMLMap): number {
  const last = map.items.at(-1) as Pair;
  if (isMap(last.value) && last.value.items.length > 0 && !last.value.flow)
    return lastEnd(last.value);
  return rangeOf(last.value, last)[1];
}

function lineAfter(text: string, at: number): number {
  if (at > 0 && text[at - 1] === "\n") return at;
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}

function indentOf(text: string, map: YAMLMap): string {
  if (map.items.length === 0) return "  ";
  const first = (map.items[0]?.key as { range?: [number, number, number] } | undefined)?.range;
  const start = first?.[0] ?? map.range?.[0] ?? 0;
  return " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
}

/** Guards against a file that is written in an unexpected way. */
function requireOnlyThat(before: string, after: string, useCase: string, adopt: boolean): void {
  const read = (text: string) => (parse(text) ?? {}) as { config?: Record<string, unknown> };
  const expected = read(before);
  expected.config ??= {};
  expected.config[USE_CASES] = { ...(expected.config[USE_CASES] as object), [useCase]: {} };
  if (adopt) expected.config[ADOPT] = true;
  if (isDeepStrictEqual(read(after), expected)) return;
  throw new Error(
    `cannot select ${useCase} in the stack file as it is written: add \`${useCase}: {}\` under ${USE_CASES} by hand, on lines of their own`,
  );
}
