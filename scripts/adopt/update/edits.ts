import { isDeepStrictEqual } from "node:util";
import { isBlock } from "../../../config/stack-file";
import type { PropertyPath } from "../../../providers/kit/property-path";

/** A change of a value in a definition, or its removal. */
export interface Edit {
  readonly path: PropertyPath;
  /** The new value; undefined removes it. */
  readonly value: unknown;
}

/**
 * The smallest edits that turn one value into another. Lists of different lengths are replaced as a
 * whole.
 */
export function editsBetween(before: unknown, after: unknown, path: PropertyPath = []): Edit[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => editsBetween(item, after[index], [...path, index]));
  }
  if (!isBlock(before) || !isBlock(after)) return [{ path, value: after }];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => editsBetween(before[key], after[key], [...path, key]));
}
