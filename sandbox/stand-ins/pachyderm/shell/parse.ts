import { Lexer, type Token } from "./lexer";
import {
  type AndOr,
  type Command,
  type IfArm,
  NotUnderstood,
  type Pipe,
  type Redirect,
  type Script,
  type Word,
} from "./syntax";

/** Parses the subset of the POSIX shell that `runShell` describes. @throws NotUnderstood */
export function parseScript(text: string): Script {
  const parser = new Parser(new Lexer(text, parseScript).tokens());
  const script = parser.script();
  parser.end();
  return script;
}

const RESERVED = [
  "do",
  "done",
  "in",
  "esac",
  "then",
  "elif",
  "else",
  "fi",
  "while",
  "until",
  "{",
  "}",
];

class Parser {
  readonly #tokens: Token[];

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  end(): void {
    if (this.#tokens.length > 0) throw this.#unexpected();
  }

  script(): Script {
    const commands: AndOr[] = [];
    for (;;) {
      while (this.#take(";") || this.#take("\n"));
      if (!this.#startsCommand()) return commands;
      commands.push(this.#andOr());
      if (!this.#operatorIs(";") && !this.#operatorIs("\n")) return commands;
    }
  }

  #startsCommand(): boolean {
    const [next] = this.#tokens;
    if (next === undefined) return false;
    return next.kind === "operator" ? next.text === "(" : !RESERVED.includes(bare(next.word) ?? "");
  }

  #andOr(): AndOr {
    const pipes: { operator: "&&" | "||"; pipe: Pipe }[] = [{ operator: "&&", pipe: this.#pipe() }];
    for (;;) {
      const operator = this.#take("&&") ? "&&" : this.#take("||") ? "||" : undefined;
      if (operator === undefined) return pipes;
      while (this.#take("\n"));
      pipes.push({ operator, pipe: this.#pipe() });
    }
  }

  #pipe(): Pipe {
    const commands = [this.#command()];
    while (this.#take("|")) commands.push(this.#command());
    return commands;
  }

  #command(): Command {
    if (this.#take("(")) {
      const body = this.script();
      this.#expect(")");
      return { kind: "group", body, redirects: this.#redirects() };
    }
    if (this.#takeWord("for")) return this.#forLoop();
    if (this.#takeWord("case")) return this.#caseOf();
    if (this.#takeWord("if")) return this.#ifElse();
    return this.#simple();
  }

  #simple(): Command {
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      const found = this.#redirects();
      redirects.push(...found);
      const [next] = this.#tokens;
      if (next?.kind !== "word") break;
      words.push(this.#word());
    }
    // functions are not supported
    if (words.length === 0 || this.#operatorIs("(")) throw this.#unexpected();
    return { kind: "simple", words, redirects };
  }

  #forLoop(): Command {
    const name = bare(this.#word()) ?? "";
    this.#expectWord("in");
    const words: Word[] = [];
    while (this.#tokens[0]?.kind === "word") words.push(this.#word());
    while (this.#take(";") || this.#take("\n"));
    this.#expectWord("do");
    const body = this.script();
    this.#expectWord("done");
    return { kind: "for", name, words, body, redirects: this.#redirects() };
  }

  #caseOf(): Command {
    const word = this.#word();
    this.#expectWord("in");
    const arms: { patterns: Word[]; body: Script }[] = [];
    for (;;) {
      while (this.#take("\n"));
      if (this.#takeWord("esac")) break;
      this.#take("(");
      const patterns = [this.#word()];
      while (this.#take("|")) patterns.push(this.#word());
      this.#expect(")");
      arms.push({ patterns, body: this.script() });
      this.#take(";;");
    }
    return { kind: "case", word, arms, redirects: this.#redirects() };
  }

  #ifElse(): Command {
    const arms: IfArm[] = [];
    do {
      const condition = this.script();
      this.#expectWord("then");
      arms.push({ condition, body: this.script() });
    } while (this.#takeWord("elif"));
    const otherwise = this.#takeWord("else") ? this.script() : [];
    this.#expectWord("fi");
    return { kind: "if", arms, otherwise, redirects: this.#redirects() };
  }

  #redirects(): Redirect[] {
    const found: Redirect[] = [];
    for (;;) {
      if (this.#take("2>&1")) found.push({ from: 2, append: true, to: 1 });
      else if (this.#take(">&2") || this.#take("1>&2"))
        found.push({ from: 1, append: true, to: 2 });
      else if (this.#take(">")) found.push({ from: 1, append: false, to: this.#word() });
      else if (this.#take(">>")) found.push({ from: 1, append: true, to: this.#word() });
      else if (this.#take("2>")) found.push({ from: 2, append: false, to: this.#word() });
      else if (this.#take("2>>")) found.push({ from: 2, append: true, to: this.#word() });
      else return found;
    }
  }

  #word(): Word {
    const next = this.#tokens.shift();
    if (next?.kind !== "word") throw new NotUnderstood("expected a word");
    return next.word;
  }

  #operatorIs(text: string): boolean {
    const [next] = this.#tokens;
    return next?.kind === "operator" && next.text === text;
  }

  #take(text: string): boolean {
    if (!this.#operatorIs(text)) return false;
    this.#tokens.shift();
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected();
  }

  #takeWord(text: string): boolean {
    const [next] = this.#tokens;
    if (next?.kind !== "word" || bare(next.word) !== text) return false;
    this.#tokens.shift();
    return true;
  }

  #expectWord(text: string): void {
    while (this.#take("\n"));
    if (!this.#takeWord(text)) throw this.#unexpected();
  }

  #unexpected(): NotUnderstood {
    const [next] = this.#tokens;
    return new NotUnderstood(next?.kind === "operator" ? next.text : "a word");
  }
}

/** The text of a word without quotes, variables or command substitution. */
function bare({ parts }: Word): string | undefined {
  const texts = parts.map((part) => (part.kind === "text" && !part.quoted ? part.text : undefined));
  return texts.includes(undefined) ? undefined : texts.join("");
}
