import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { listStacks, type StoredStack } from "../engine/stacks";
import type { SandboxPaths } from "../paths";
import { readRecord } from "../runtime/record";

/**
 * The stacks with state that a wipe should not delete without asking: those that the user created
 * in a shell of the sandbox, and the sandbox's own stack if it has resources on a real cluster or
 * Pachyderm.
 */
export function stacksAtRisk(paths: SandboxPaths): StoredStack[] {
  const own = ownStack(paths);
  const usesRealSystems =
    readRecord(paths.record)?.services.some(({ external }) => external) ?? false;
  return listStacks(paths.pulumiState).filter(
    ({ name, resources }) => name !== own || (usesRealSystems && resources !== 0),
  );
}

function ownStack({ stackFile }: SandboxPaths): string {
  const folder = dirname(stackFile);
  const file = join(folder, "Pulumi.yaml");
  const project = existsSync(file) ? parse(readFileSync(file, "utf8")).name : undefined;
  const stack = /Pulumi\.(.+)\.yaml$/.exec(stackFile)?.[1];
  return `${project}/${stack}`;
}

/** What a wipe deletes besides the sandbox itself, one line each. */
export function describeStacks(stacks: readonly StoredStack[]): string {
  return stacks
    .map(({ name, resources }) => {
      const count = resources === undefined ? "an unknown number of" : resources;
      return `  ${name} (${count} ${resources === 1 ? "resource" : "resources"})\n`;
    })
    .join("");
}

export interface Confirmation {
  /** Whether the user has agreed in advance. */
  readonly yes: boolean;
  /** Asks the user; undefined if there is no terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

/** Confirms that a wipe may delete the state of these stacks; throws if not. */
export async function confirmWipe(
  name: string,
  stacks: readonly StoredStack[],
  { yes, ask }: Confirmation,
): Promise<void> {
  if (yes || stacks.length === 0) return;
  const warning =
    `wiping sandbox "${name}" deletes the state of these stacks, and Pulumi then no longer ` +
    `manages their resources:\n${describeStacks(stacks)}`;
  if (ask === undefined) {
    throw new Error(`${warning}Nothing was deleted. To delete them, add --yes`);
  }
  const answer = await ask(`${warning}Delete them? (yes/no) `);
  if (answer.trim() !== "yes") throw new Error("nothing was deleted");
}
