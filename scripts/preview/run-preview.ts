import { repository } from "../../sandbox/paths";
import { CommandError, run } from "../../sandbox/runtime/run";
import { type Preview, readPreview } from "./preview-json";

export interface PreviewRun {
  readonly preview: Preview;
  /** Whether it ended with an error; `preview` then holds the errors and what came before. */
  readonly failed: boolean;
}

/** Runs `pulumi preview --json` on a stack of this program. */
export async function runPreview(
  stack: string,
  options: { readonly args?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<PreviewRun> {
  const args = ["preview", "--json", "--non-interactive", "--stack", stack];
  const { code, stdout, stderr } = await run("pulumi", [...args, ...(options.args ?? [])], {
    cwd: repository,
    env: { ...process.env, ...options.env },
    allowFailure: true,
  }).catch(explainMissing);
  // no stack, no login, no passphrase: the engine did not come to a preview
  if (stdout.trim() === "") throw new Error(stderr.trim() || `pulumi preview: exit code ${code}`);
  return { preview: readPreview(stdout), failed: code !== 0 };
}

function explainMissing(error: Error): never {
  if (error instanceof CommandError || (error as NodeJS.ErrnoException).code !== "ENOENT") {
    throw error;
  }
  throw new Error(
    "the Pulumi CLI is not on PATH: https://www.pulumi.com/docs/iac/download-install/",
  );
}
