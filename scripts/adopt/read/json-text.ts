/** Parses JSON with the position of every value; messages say what was expected where. */
import type { Value, ValueMap } from "../../../providers/kit/values";
import { DEEPEST, JSON_SCHEMA, MOST_VALUES, TOO_MANY, UNUSABLE_KEY } from "./limits";
import { type Located, ReadError } from "./located";
import { placeholderAt, substituteFirst } from "./placeholder";

/** All objects and lists of a text, in sequence. */
export function readJson(text: string): Located[] {
  return new JsonReader(text).readAll();
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\n\r]+|\\.)*"/y;
const COMMENT = /^(#|\/[/*])/;
const SEPARATOR = /^---\s/;
const WORDS: Readonly<Record<string, Value>> = { true: true, false: false, null: null };

class JsonReader {
  #at = 0;
  #left = MOST_VALUES;

  constructor(readonly text: string) {}

  readAll(): Located[] {
    const found: Located[] = [];
    for (this.#skipSpace(); this.#at < this.text.length; this.#skipSpace()) {
      if (!["{", "["].includes(this.#next())) {
        const after = found.length === 0 ? "" : " after the last pipeline";
        throw this.#unexpected(`expected { or [${after}`);
      }
      found.push(this.#value(0));
    }
    return found;
  }

  #next(): string {
    return this.text[this.#at] ?? "";
  }

  #skipSpace(): void {
    for (;;) {
      if (/[ \t\r\n]/.test(this.#next())) this.#at++;
      // pachctl reads JSON as YAML, whose documents have this between them
      else if (SEPARATOR.test(this.text.slice(this.#at, this.#at + 4))) this.#at += 3;
      else return;
    }
  }

  #value(depth: number): Located {
    const offset = this.#at;
    if (this.#left-- === 0) throw new ReadError(TOO_MANY, offset);
    if (depth > DEEPEST) throw new ReadError(`is nested deeper than ${DEEPEST} levels`, offset);
    if (this.#next() === "{") return this.#object(depth);
    if (this.#next() === "[") return this.#list(depth);
    if (this.#next() === '"') return { value: this.#string(), offset };
    const word = Object.keys(WORDS).find((known) => this.text.startsWith(known, offset));
    if (word !== undefined) {
      this.#at += word.length;
      return { value: WORDS[word] ?? null, offset };
    }
    const digits = this.#match(NUMBER);
    if (digits === undefined) throw this.#unexpected("expected a value");
    if (!Number.isFinite(Number(digits))) throw new ReadError(`${digits} is too large`, offset);
    return { value: exactNumber(digits), offset };
  }

  #object(depth: number): Located {
    const offset = this.#at++;
    const inside = new Map<string, Located>();
    this.#skipSpace();
    while (this.#next() !== "}") {
      if (inside.size > 0) this.#separator("}");
      const keyAt = this.#at;
      if (this.#next() !== '"') {
        throw this.#unexpected(
          "expected a key in double quotes",
          placeholderAt(this.text, offset) === undefined ? this.#at : offset,
        );
      }
      const key = this.#string();
      if (inside.has(key)) throw new ReadError(`duplicate key ${JSON.stringify(key)}`, keyAt);
      if (key === UNUSABLE_KEY) throw new ReadError(`${key} is not a valid key`, keyAt);
      this.#skipSpace();
      if (this.#next() !== ":") throw this.#unexpected("expected :");
      this.#at++;
      this.#skipSpace();
      inside.set(key, { ...this.#value(depth + 1), offset: keyAt });
      this.#skipSpace();
    }
    this.#at++;
    inside.delete(JSON_SCHEMA);
    const entries = [...inside].map(([key, { value }]) => [key, value] as const);
    return { value: Object.fromEntries(entries) as ValueMap, offset, inside };
  }

  #list(depth: number): Located {
    const offset = this.#at++;
    const inside = new Map<number, Located>();
    this.#skipSpace();
    while (this.#next() !== "]") {
      if (inside.size > 0) this.#separator("]");
      inside.set(inside.size, this.#value(depth + 1));
      this.#skipSpace();
    }
    this.#at++;
    return { value: [...inside.values()].map(({ value }) => value), offset, inside };
  }

  /** The comma between two items, which Pachyderm does not accept after the last item. */
  #separator(end: string): void {
    const comma = this.#at;
    if (this.#next() !== ",") throw this.#unexpected(`expected , or ${end}`);
    this.#at++;
    this.#skipSpace();
    if (this.#next() === end) throw new ReadError(`unexpected comma before ${end}`, comma);
  }

  #string(): string {
    const offset = this.#at;
    const literal = this.#match(STRING);
    if (literal === undefined) throw new ReadError("unterminated string", offset);
    try {
      return JSON.parse(literal) as string;
    } catch {
      throw new ReadError("invalid escape or control character in a string", offset);
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #unexpected(expected: string, begin = this.#at): ReadError {
    const placeholder = placeholderAt(this.text, begin);
    if (placeholder !== undefined) return new ReadError(substituteFirst(placeholder), begin);
    if (COMMENT.test(this.text.slice(this.#at, this.#at + 2))) {
      return new ReadError("comments are not allowed in JSON: remove this one", this.#at);
    }
    if (this.#next() === "") return new ReadError(`unexpected end of file; ${expected}`, this.#at);
    return new ReadError(`unexpected ${JSON.stringify(this.#next())}; ${expected}`, this.#at);
  }
}

/** A number that JavaScript would round stays a string, which Pachyderm also accepts. */
function exactNumber(digits: string): number | string {
  const number = Number(digits);
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? digits : number;
}
