import { NotUnderstood, type Script, type Word, type WordPart } from "./syntax";

export type Token =
  | { readonly kind: "operator"; readonly text: string }
  | { readonly kind: "word"; readonly word: Word };

const OPERATOR = /^(?:;;|&&|\|\||>>|2>>|2>&1|>&2|1>&2|2>|[;|()<>\n])/;
const BLANK = /^(?:[ \t]|\\\n)+/;

/** Splits a script into words and operators. @throws NotUnderstood */
export class Lexer {
  #at = 0;

  readonly #text: string;
  readonly #parse: (text: string) => Script;

  constructor(text: string, parse: (text: string) => Script) {
    this.#text = text;
    this.#parse = parse;
  }

  tokens(): Token[] {
    const tokens: Token[] = [];
    for (;;) {
      this.#at += BLANK.exec(this.#rest)?.[0].length ?? 0;
      if (this.#rest.startsWith("#")) this.#at += /^[^\n]*/.exec(this.#rest)?.[0].length ?? 0;
      if (this.#rest === "") return tokens;
      const operator = OPERATOR.exec(this.#rest)?.[0];
      if (operator === undefined) tokens.push({ kind: "word", word: this.#word() });
      else {
        this.#at += operator.length;
        tokens.push({ kind: "operator", text: operator });
      }
    }
  }

  get #rest(): string {
    return this.#text.slice(this.#at);
  }

  #word(): Word {
    const parts: WordPart[] = [];
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || /[\s;|()<>]/.test(character)) break;
      if (this.#rest.startsWith("&")) {
        if (this.#rest.startsWith("&&")) break;
        throw new NotUnderstood("&");
      }
      if (character === "'") parts.push(this.#singleQuoted());
      else if (character === '"') parts.push(...this.#doubleQuoted());
      else parts.push(this.#part(false));
    }
    return { parts };
  }

  #singleQuoted(): WordPart {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw new NotUnderstood("an unterminated quotation");
    const text = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return { kind: "text", text, quoted: true };
  }

  #doubleQuoted(): WordPart[] {
    this.#at++;
    const parts: WordPart[] = [{ kind: "text", text: "", quoted: true }];
    while (this.#text[this.#at] !== '"') {
      if (this.#at >= this.#text.length) throw new NotUnderstood("an unterminated quotation");
      parts.push(this.#part(true));
    }
    this.#at++;
    return parts;
  }

  #part(quoted: boolean): WordPart {
    const [start = "", braced, plain] = /^\$(?:\{(\w+)\}|(\w+|[?#]))/.exec(this.#rest) ?? [];
    if (start !== "") {
      this.#at += start.length;
      return { kind: "variable", name: braced ?? plain ?? "", quoted };
    }
    if (this.#rest.startsWith("$(") && !this.#rest.startsWith("$((")) return this.#output(quoted);
    if (/^(\$[({]|`)/.test(this.#rest)) throw new NotUnderstood(this.#rest.slice(0, 2));
    const escaped = /^\\(.)/s.exec(this.#rest)?.[1];
    if (escaped !== undefined) {
      this.#at += 2;
      const text = quoted && !/["$\\`]/.test(escaped) ? `\\${escaped}` : escaped;
      return { kind: "text", text, quoted: true };
    }
    const text = this.#text[this.#at] ?? "";
    this.#at++;
    return { kind: "text", text, quoted };
  }

  #output(quoted: boolean): WordPart {
    const start = this.#at + 2;
    let depth = 1;
    let end = start;
    for (; depth > 0; end++) {
      const character = this.#text[end];
      if (character === undefined) throw new NotUnderstood("an unterminated $(");
      if (character === "(") depth++;
      if (character === ")") depth--;
    }
    this.#at = end;
    return { kind: "output", of: this.#parse(this.#text.slice(start, end - 1)), quoted };
  }
}
