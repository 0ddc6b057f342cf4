import type { Arguments } from "./arguments";
import { readState, unlock, writeState } from "./stack";
import { recover } from "./state";

/** Prepares a stack whose last update was killed; returns the engine's arguments for that. */
export async function recoverStack(args: Arguments, stack: string): Promise<string[]> {
  if (args.unlock) await unlock(stack);
  const state = await readState(stack);
  const recovered = state && recover(state);
  if (recovered === undefined) return [];
  await writeState(stack, recovered.state);
  for (const urn of recovered.lost) {
    console.error(`may have been left behind by a killed update: ${urn}`);
  }
  return ["--refresh"];
}
