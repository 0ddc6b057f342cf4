import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { run } from "../command-line/processes/run";
import type { Tool } from "./tools";

/**
 * Looks for a tool on PATH. Returns the folder with all of its executables, or the reason why it
 * cannot be used. Symbolic links are followed, so that a package manager's link leads to the folder
 * with the rest of the tool.
 */
export async function findOnPath(
  tool: Tool,
  path: string,
  signal?: AbortSignal,
): Promise<{ folder: string } | { reason: string }> {
  const [program] = tool.executables;
  const found = path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, program))
    .find(isExecutable);
  if (found === undefined) return { reason: `${program} not found` };

  const folders = [dirname(found), dirname(realpathSync(found))];
  const folder = folders.find((candidate) => holdsAll(tool, candidate));
  if (folder === undefined) {
    return { reason: `${found} has no ${tool.executables.slice(1).join(", ")} beside it` };
  }
  const version = await versionOf(tool, folder, signal);
  if (version === undefined) return { reason: `${found} does not report its version` };
  if (!isAtLeast(version, tool.minimum)) {
    return { reason: `${found} is version ${version}, but ${tool.minimum} or newer is required` };
  }
  return { folder };
}

/** Whether a folder contains all executables of a tool. */
export function holdsAll(tool: Tool, folder: string): boolean {
  return tool.executables.every((program) => isExecutable(join(folder, program)));
}

async function versionOf(tool: Tool, folder: string, signal?: AbortSignal) {
  const { stdout } = await run(join(folder, tool.executables[0]), tool.versionArguments, {
    allowFailure: true,
    timeout: 5000,
    signal,
  });
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0];
}

/** Compares versions such as `3.259.0`; a pre-release counts as the version. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [found, wanted] = [version, minimum].map((text) => text.split(/[.-]/).map(Number));
  for (const [index, part] of (wanted ?? []).entries()) {
    const other = found?.[index] ?? 0;
    if (other !== part) return other > part;
  }
  return true;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() && statSync(file).size > 0;
  } catch {
    return false; // missing, or not executable for us
  }
}
