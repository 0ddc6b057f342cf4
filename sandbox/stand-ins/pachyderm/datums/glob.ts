import { posix } from "node:path";
import { refusal } from "../rpc-error";

/**
 * An input's glob as a path matcher: `*` and `?` within a name, `**` across folders, `[ab]`,
 * `{a,b}`, and parentheses whose matches `joinOn` and `groupBy` refer to as `$1`.
 * Returns the captures, or undefined if the path does not match.
 */
export function compileGlob(glob: string): (path: string) => readonly string[] | undefined {
  const cleaned = posix.resolve("/", glob);
  const pattern = new RegExp(`^${sourceOf(cleaned)}$`);
  return (path) => {
    if (path === "/") return cleaned === "/" ? [] : undefined;
    return pattern
      .exec(path.replace(/\/$/, ""))
      ?.slice(1)
      .map((capture) => capture ?? "");
  };
}

function sourceOf(glob: string): string {
  let source = "";
  let alternatives = 0;
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at] ?? "";
    if (character === "*") {
      const deep = glob[at + 1] === "*";
      source += deep ? ".*" : "[^/]*";
      if (deep) at++;
    } else if (character === "?") source += "[^/]";
    else if (character === "[") {
      const end = glob.indexOf("]", at + 1);
      if (end < 0) throw invalid("unexpected end of input");
      source += glob.slice(at, end + 1).replace(/^\[!/, "[^");
      at = end;
    } else if (character === "{") {
      alternatives++;
      source += "(?:";
    } else if (character === "}" && alternatives > 0) {
      alternatives--;
      source += ")";
    } else if (character === "," && alternatives > 0) source += "|";
    else if (character === "(" || character === ")") source += character;
    else source += character.replace(/[.+^$|\\{}\]]/g, "\\$&");
  }
  if (alternatives > 0) throw invalid("unexpected end of input");
  return source;
}

const invalid = (message: string) => refusal(`rpc error: code = Unknown desc = ${message}`);
