/** Runs the Pulumi CLI for scripts. */

import {
  isNotInstalled,
  type RunOptions,
  type RunResult,
  run,
} from "../command-line/processes/run";
import { repository } from "../command-line/repository";

export const NOT_INSTALLED = "the Pulumi CLI is not on PATH";

/** The same message, with what to do. */
export const PULUMI_MISSING = `${NOT_INSTALLED}: https://www.pulumi.com/docs/iac/download-install/`;

/**
 * Runs a command of the CLI in the project's folder, without prompts. The result may be a failure.
 */
export async function tryPulumi(
  args: readonly string[],
  options: Omit<RunOptions, "allowFailure"> = {},
): Promise<RunResult> {
  const result = await run("pulumi", [...args, "--non-interactive"], {
    cwd: repository,
    ...options,
    allowFailure: true,
  });
  if (isNotInstalled(result)) throw new Error(PULUMI_MISSING);
  return result;
}

/** Runs a command like `tryPulumi`, for example with a different backend. */
export type PulumiCall = (args: readonly string[]) => Promise<RunResult>;

/** Runs a command that must succeed. @throws Error with the CLI's standard error */
export async function runPulumi(
  args: readonly string[],
  options: Omit<RunOptions, "allowFailure"> = {},
): Promise<RunResult> {
  const result = await tryPulumi(args, options);
  if (result.code !== 0) throw pulumiError(args, result);
  return result;
}

/** The error of a failed command, without its standard output, which may contain secrets. */
export function pulumiError(
  args: readonly string[],
  { code, stderr }: Omit<RunResult, "stdout"> & Partial<RunResult>,
): Error {
  const reason = reasonIn(stderr) || `exit code ${code}`;
  return new Error(`pulumi ${args.slice(0, 2).join(" ")}: ${reason}`);
}

/**
 * The error in the CLI's output, on one line, without its prefix and without surrounding warnings.
 */
export function reasonIn(said: string): string {
  const lines = said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("warning: "));
  const start = lines.findIndex((line) => line.startsWith("error: "));
  return lines
    .slice(Math.max(start, 0))
    .join("; ")
    .replace(/^error: /, "");
}
