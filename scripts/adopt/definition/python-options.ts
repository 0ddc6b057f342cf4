/** The options of a Python program's command line. */
export interface ParsedOptions {
  /** The values of the known options, without their dashes. */
  readonly values: Readonly<Record<string, string>>;
  /** The words after the last known option. */
  readonly extra: readonly string[];
}

/** Reads known options from the front: `--name VALUE` or `--name=VALUE`; the rest is extra. */
export function parseOptions(words: readonly string[], known: readonly string[]): ParsedOptions {
  const values: Record<string, string> = {};
  let at = 0;
  for (;;) {
    const word = words[at] ?? "";
    const name = known.find((option) => word === option || word.startsWith(`${option}=`));
    if (name === undefined || Object.hasOwn(values, name.slice(2))) break;
    const isJoined = word !== name;
    const value = isJoined ? word.slice(name.length + 1) : words[at + 1];
    if (value === undefined) break;
    values[name.slice(2)] = value;
    at += isJoined ? 1 : 2;
  }
  return { values, extra: words.slice(at) };
}
