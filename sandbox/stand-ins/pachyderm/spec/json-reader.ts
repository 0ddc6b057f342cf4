/** A JSON value with its position, which protojson's messages contain. */
export type Node = { readonly offset: number; readonly raw: string } & (
  | { readonly kind: "null" }
  | { readonly kind: "scalar"; readonly value: boolean | number | string }
  | { readonly kind: "list"; readonly items: readonly Node[] }
  | { readonly kind: "object"; readonly members: readonly Member[] }
);

export interface Member {
  readonly key: string;
  readonly offset: number;
  readonly value: Node;
}

/** The error of protojson for a text, without its "proto: ". */
export class ProtoJsonError extends Error {}

const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
/** A string literal; JSON.parse checks its escapes. */
const STRING = /"(?:[^"\\\n]|\\.)*"/y;

/** Reads exactly one JSON value. */
export function readJson(text: string): Node {
  const reader = new Reader(text);
  const node = reader.value();
  reader.end();
  return node;
}

/** `(line 1:148)`, counted from one. */
export function position(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `(line ${before.length}:${(before.at(-1) ?? "").length + 1})`;
}

class Reader {
  #at = 0;

  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Node {
    const character = this.#peek();
    const offset = this.#at;
    if (character === "{") return this.#object(offset);
    if (character === "[") return this.#list(offset);
    const raw = this.#match(character === '"' ? STRING : LITERAL);
    if (raw === undefined) throw this.#unreadable();
    if (raw === "null") return { kind: "null", offset, raw };
    return { kind: "scalar", value: this.#parse(raw, offset), offset, raw };
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected();
  }

  #object(offset: number): Node {
    const members: Member[] = [];
    this.#at++;
    if (this.#peek() !== "}") {
      do {
        if (this.#peek() !== '"') throw this.#unexpected();
        const start = this.#at;
        const raw = this.#match(STRING);
        if (raw === undefined) throw this.#unreadable();
        this.#take(":");
        members.push({ key: String(this.#parse(raw, start)), offset: start, value: this.value() });
      } while (this.#another("}"));
    }
    this.#take("}");
    return { kind: "object", members, offset, raw: "{" };
  }

  #list(offset: number): Node {
    const items: Node[] = [];
    this.#at++;
    if (this.#peek() !== "]") {
      do items.push(this.value());
      while (this.#another("]"));
    }
    this.#take("]");
    return { kind: "list", items, offset, raw: "[" };
  }

  #parse(raw: string, offset: number): boolean | number | string {
    try {
      return JSON.parse(raw) as boolean | number | string;
    } catch {
      this.#at = offset;
      throw this.#unreadable();
    }
  }

  /** After an element: consumes a comma, or leaves the closing bracket. */
  #another(closing: string): boolean {
    const character = this.#peek();
    if (character === closing) return false;
    this.#take(",");
    return true;
  }

  #take(character: string): void {
    if (this.#peek() !== character) throw this.#unexpected();
    this.#at++;
  }

  #peek(): string {
    this.#skipSpace();
    const character = this.#text[this.#at];
    if (character === undefined) throw new ProtoJsonError("unexpected EOF");
    return character;
  }

  #skipSpace(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #word(): string {
    return /^[^\s,:[\]{}]+|^./s.exec(this.#text.slice(this.#at))?.[0] ?? "";
  }

  #unexpected(): ProtoJsonError {
    return new ProtoJsonError(
      `syntax error ${position(this.#text, this.#at)}: unexpected token ${this.#word()}`,
    );
  }

  #unreadable(): ProtoJsonError {
    return new ProtoJsonError(
      `syntax error ${position(this.#text, this.#at)}: invalid value ${this.#word()}`,
    );
  }
}
