import { type Block, isBlock } from "../../config/stack-file";

/** The encrypted values of a stack's configuration, by path. */
export function ciphertextsOf(config: Block): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => encrypted(key, value)),
  );
}

/** Pulumi writes an encrypted value as a block with the one key `secure`. */
function encrypted(path: string, value: unknown): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((item, i) => encrypted(`${path}[${i}]`, item));
  if (!isBlock(value)) return [];
  if (Object.keys(value).length === 1 && typeof value.secure === "string") {
    return [[path, value.secure]];
  }
  return Object.entries(value).flatMap(([key, part]) => encrypted(`${path}.${key}`, part));
}
