import { type Problem, removeHint } from "../messages";
import type { Values } from "../schema";

/** The stack creates what is dedicated to a use case, so the shared counterpart cannot be an existing one. */
export function checkDedicated({ useCases, detectorBucket, seldon }: Partial<Values>): Problem[] {
  return Object.entries(useCases ?? {}).flatMap(([name, { dedicated }]) => {
    const path = ["useCases", name, "dedicated"];
    const because = (key: string) =>
      `is true, but the stack cannot create a dedicated bucket or namespace while ${key} is true ${removeHint(path)}`;
    return [
      ...(dedicated?.bucket && detectorBucket?.existing
        ? [{ path: [...path, "bucket"], text: because("detectorBucket.existing") }]
        : []),
      ...(dedicated?.namespace && seldon?.existing
        ? [{ path: [...path, "namespace"], text: because("seldon.existing") }]
        : []),
    ];
  });
}
