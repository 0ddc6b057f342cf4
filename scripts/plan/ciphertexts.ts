import { type Block, isBlock, isEncrypted } from "../../config/stack-file";

/** The encrypted values of a stack's configuration, by path. */
export function ciphertextsOf(config: Block): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => encrypted(key, value)),
  );
}

function encrypted(path: string, value: unknown): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((item, i) => encrypted(`${path}[${i}]`, item));
  if (isEncrypted(value)) return [[path, value.secure]];
  if (!isBlock(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => encrypted(`${path}.${key}`, part));
}
