/** The state of a stack, read and replaced with the Pulumi CLI. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseState, type State } from "../exported-state";
import { type PulumiCall, pulumiError, tryPulumi } from "../pulumi";

/** The stack's state, with its secrets encrypted; undefined if there is no such stack. */
export async function readState(
  stack: string,
  call: PulumiCall = tryPulumi,
): Promise<State | undefined> {
  const args = ["stack", "export", "--stack", stack];
  const result = await call(args);
  if (result.code === 0) return parseState(result.stdout, stack);
  if (/no stack named/.test(result.stderr)) return undefined;
  const { message } = pulumiError(args, result);
  throw new Error(`cannot read the state of stack ${stack}: ${message}`);
}

/** Replaces the stack's state. */
export async function writeState(stack: string, state: State, call: PulumiCall): Promise<void> {
  // readable by this user only, although the secrets in it are encrypted
  const folder = mkdtempSync(join(tmpdir(), "stack-state-"));
  try {
    const file = join(folder, "state.json");
    writeFileSync(file, JSON.stringify(state));
    const args = ["stack", "import", "--stack", stack, "--file", file];
    const result = await call(args);
    if (result.code !== 0) throw pulumiError(args, result);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
