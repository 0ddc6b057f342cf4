import { Code, RpcError } from "../rpc-error";

/**
 * The subset of jq that list filters use: `select(.a.b == "x" or .c != "y")`, with and, or, not and
 * parentheses. Whatever follows it has no effect, because a list is only filtered. Anything else is
 * refused rather than misread.
 */
export function compileFilter(program: string): (item: unknown) => boolean {
  const text = program.trim();
  if (/^\{[\s\S]*\}$/.test(text)) return () => true;
  const body = /^select\s*\(/.test(text) ? selected(text) : undefined;
  if (body === undefined) throw unsupported(program);
  return new Parser(body, program).parse();
}

/** The expression inside `select( )`. */
function selected(text: string): string {
  const start = text.indexOf("(") + 1;
  let depth = 1;
  let at = start;
  for (let quoted = false; depth > 0; at++) {
    const character = text[at];
    if (character === undefined)
      throw new RpcError(
        Code.Unknown,
        "error creating message filter function: error parsing jq filter: unexpected token <EOF>",
      );
    if (character === '"' && text[at - 1] !== "\\") quoted = !quoted;
    if (!quoted && character === "(") depth++;
    if (!quoted && character === ")") depth--;
  }
  const after = text.slice(at).trim();
  if (after !== "" && !after.startsWith("|")) throw unsupported(text);
  return text.slice(start, at - 1);
}

type Test = (item: unknown) => boolean;
type Term = (item: unknown) => unknown;

const TOKEN = /\s*(==|!=|[()]|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|\.[\w.]*|\||\w+)/y;

const unsupported = (program: string) =>
  new RpcError(
    Code.Unknown,
    `error making iterator: the sandbox does not support this jq filter: ${program}`,
  );

class Parser {
  readonly #tokens: string[] = [];

  readonly #program: string;

  constructor(body: string, program: string) {
    this.#program = program;

    const text = body.trim();
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
      const token = TOKEN.exec(text)?.[1];
      if (token === undefined) throw unsupported(program);
      this.#tokens.push(token);
    }
  }

  parse(): Test {
    const test = this.#or();
    if (this.#tokens.length > 0) throw unsupported(this.#program);
    return test;
  }

  #or(): Test {
    const left = this.#and();
    if (!this.#take("or")) return left;
    const right = this.#or();
    return (item) => left(item) || right(item);
  }

  #and(): Test {
    const left = this.#comparison();
    if (!this.#take("and")) return left;
    const right = this.#and();
    return (item) => left(item) && right(item);
  }

  #comparison(): Test {
    if (this.#take("(")) {
      const inner = this.#or();
      if (!this.#take(")")) throw unsupported(this.#program);
      return this.#negated(inner);
    }
    const left = this.#term();
    if (this.#take("==")) return this.#negated(equal(left, this.#term()));
    if (this.#take("!=")) {
      const same = equal(left, this.#term());
      return (item) => !same(item);
    }
    return this.#negated((item) => ![false, null, undefined].includes(left(item) as null));
  }

  #negated(test: Test): Test {
    if (!this.#take("|")) return test;
    if (!this.#take("not")) throw unsupported(this.#program);
    return (item) => !test(item);
  }

  #term(): Term {
    const token = this.#tokens.shift() ?? "";
    if (token.startsWith(".")) {
      const path = token.split(".").filter((step) => step !== "");
      return (item) =>
        path.reduce<unknown>((value, step) => (value as Record<string, unknown>)?.[step], item);
    }
    if (!/^("|-?\d|true$|false$|null$)/.test(token)) throw unsupported(this.#program);
    const literal: unknown = JSON.parse(token);
    return () => literal;
  }

  #take(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }
}

const equal =
  (left: Term, right: Term): Test =>
  (item) =>
    (left(item) ?? null) === (right(item) ?? null);
