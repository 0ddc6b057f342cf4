import type { PropertyPath } from "../../../providers/kit/property-path";
import type { Value } from "../../../providers/kit/values";

/** A value in a file, with the position where it begins. */
export interface Located {
  readonly value: Value;
  /** The offset in the file's text. */
  readonly offset: number;
  /** The entries of an object or a list. */
  readonly inside?: ReadonlyMap<string | number, Located>;
}

/** A file that cannot be parsed, with the position of the error. */
export class ReadError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

/** The deepest value on a path that the file has: an error about a missing field is about its parent. */
export function locate(root: Located, path: PropertyPath): Located {
  let found = root;
  for (const step of path) {
    const next = found.inside?.get(step);
    if (next === undefined) break;
    found = next;
  }
  return found;
}

/** A position in the notation of compilers and editors. */
export function formatPlace(file: string, text: string, offset: number): string {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  const line = before.split("\n").length;
  return `${file}:${line}:${offset - lineStart + 1}`;
}
