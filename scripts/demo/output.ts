import { stripVTControlCharacters } from "node:util";

/** A row of the table of resources: what happens to it, its type, its name, and how far it is. */
const ROW = /^ [ +~<>=-]{2} [^\s[]+:\S+:\S+ \S+(.*)$/;

/** What a row says while a step goes on, or of a resource that stays as it is. */
const UNDER_WAY = /^( (creating|updating|deleting|refreshing|reading) .*| running| refresh .*)?$/;

/**
 * Whether a line that `pulumi` prints tells a reader something. The end of a step says what its
 * begin said and more, and warnings stand below the table once more.
 */
export function isWorthReading(line: string): boolean {
  const text = stripVTControlCharacters(line).trimEnd();
  if (text.startsWith("@ ")) return false;
  const [, state] = ROW.exec(text) ?? [];
  return state === undefined || !(UNDER_WAY.test(state) || / warning: /.test(state));
}

/** Takes text in pieces and hands on whole lines: those worth reading, and no two empty ones. */
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

  /** Hands on what has no line end. */
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
