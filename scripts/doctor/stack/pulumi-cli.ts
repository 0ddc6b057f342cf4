import { repository } from "../../../sandbox/paths";
import { CommandError, isNotInstalled, run } from "../../../sandbox/runtime/run";

/** What a command of the Pulumi CLI printed, or why it failed. */
export type CliAnswer =
  | { readonly stdout: string; readonly problem?: undefined }
  | { readonly stdout?: undefined; readonly problem: string };

/** Runs a command of the Pulumi CLI. */
export type PulumiCli = (args: readonly string[]) => Promise<CliAnswer>;

const TIMEOUT_MS = 30_000;

export const NOT_INSTALLED = "the Pulumi CLI is not on PATH";

/** The Pulumi CLI on PATH. It asks nothing. */
export const pulumiCli: PulumiCli = async (args) => {
  const words = [...args, "--non-interactive", "--color", "never"];
  const options = { cwd: repository, allowFailure: true, timeout: TIMEOUT_MS };
  try {
    const result = await run("pulumi", words, options);
    if (isNotInstalled(result)) return { problem: NOT_INSTALLED };
    const { code, stdout, stderr } = result;
    return code === 0 ? { stdout } : { problem: reasonOf(stderr) || `exit code ${code}` };
  } catch (error) {
    if (error instanceof CommandError) return { problem: error.message };
    throw error;
  }
};

/** The CLI's error without its prefix, and without warnings around it. */
function reasonOf(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const error = lines.find((line) => line.startsWith("error: "));
  return error?.replace(/^error: /, "") ?? lines.filter((line) => line !== "").join("; ");
}
