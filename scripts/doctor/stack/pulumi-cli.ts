import { CommandError } from "../../../command-line/processes/run";
import { NOT_INSTALLED, PULUMI_MISSING, reasonIn, tryPulumi } from "../../pulumi";

/** What a command of the Pulumi CLI printed, or why it failed. */
export type CliAnswer =
  | { readonly stdout: string; readonly problem?: undefined }
  | { readonly stdout?: undefined; readonly problem: string };

/** Runs a command of the Pulumi CLI. */
export type PulumiCli = (args: readonly string[]) => Promise<CliAnswer>;

const TIMEOUT_MS = 30_000;

/** The Pulumi CLI on PATH, which never prompts. */
export const pulumiCli: PulumiCli = async (args) => {
  try {
    const words = [...args, "--color", "never"];
    const { code, stdout, stderr } = await tryPulumi(words, { timeout: TIMEOUT_MS });
    return code === 0 ? { stdout } : { problem: reasonIn(stderr) || `exit code ${code}` };
  } catch (error) {
    const { message } = error as Error;
    // another check has the link
    if (message === PULUMI_MISSING) return { problem: NOT_INSTALLED };
    if (error instanceof CommandError) return { problem: message };
    throw error;
  }
};
