import { stripVTControlCharacters } from "node:util";

/** A row of the table of resources: operation, type, name and progress. */
const ROW = /^ [ +~<>=-]{2} [^\s[]+:\S+:\S+ \S+(.*)$/;

/** The progress of a step that is running, or of a resource that does not change. */
const UNDER_WAY = /^( (creating|updating|deleting|refreshing|reading) .*| running| refresh .*)?$/;

/**
 * Whether a line of `pulumi`'s output is useful to a reader. The last line of a step repeats its
 * first one, and warnings are repeated below the table.
 */
export function isWorthReading(line: string): boolean {
  const text = stripVTControlCharacters(line).trimEnd();
  if (text.startsWith("@ ")) return false;
  const [, state] = ROW.exec(text) ?? [];
  return state === undefined || !(UNDER_WAY.test(state) || / warning: /.test(state));
}

/** Takes text in pieces and passes on whole lines: useful ones, and no consecutive empty ones. */
export class LineFilter {
  #rest = "";
  #lastWasEmpty = false;

  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#pass(line);
  }

  /** Passes on the last line if it has no line end. */
  end(): void {
    if (this.#rest !== "") this.#pass(this.#rest);
    this.#rest = "";
  }

  #pass(line: string): void {
    if (!isWorthReading(line)) return;
    const isEmpty = stripVTControlCharacters(line).trim() === "";
    if (!(isEmpty && this.#lastWasEmpty)) this.#write(`${line}\n`);
    this.#lastWasEmpty = isEmpty;
  }
}
