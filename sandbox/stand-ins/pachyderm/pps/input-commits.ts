import type { Input, PfsInput } from "./spec";

const COMBINATORS = ["join", "group", "cross", "union"] as const;

/** An input with each of its PFS inputs replaced. */
export function mapPfs(input: Input, change: (pfs: PfsInput) => PfsInput): Input {
  const mapped: Record<string, unknown> = { ...input };
  if (input.pfs) mapped.pfs = change(input.pfs);
  for (const kind of COMBINATORS)
    if (input[kind]) mapped[kind] = input[kind].map((child) => mapPfs(child, change));
  return mapped as Input;
}
