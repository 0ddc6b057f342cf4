import { repository } from "../../sandbox/paths";
import { isNotInstalled, run } from "../../sandbox/runtime/run";
import { type Preview, readPreview } from "./preview-json";

/** What to do if there is no `pulumi`. */
export const PULUMI_MISSING =
  "the Pulumi CLI is not on PATH: https://www.pulumi.com/docs/iac/download-install/";

export interface PreviewRun {
  readonly preview: Preview;
  /** Whether it ended with an error; `preview` then holds the errors and what came before. */
  readonly failed: boolean;
}

export interface PreviewOptions {
  /** Instead of the program's changes, shows what differs between the state and the systems. */
  readonly refresh?: boolean;
  /** Compares with what the systems hold, rather than with the state. */
  readonly refreshFirst?: boolean;
  /** Further variables of the environment. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Previews a stack of this program; nothing is changed, neither in its state nor elsewhere. */
export async function runPreview(
  stack: string,
  { refresh = false, refreshFirst = false, env }: PreviewOptions = {},
): Promise<PreviewRun> {
  const command = refresh
    ? ["refresh", "--preview-only"]
    : ["preview", ...(refreshFirst ? ["--refresh"] : [])];
  const args = [...command, "--json", "--non-interactive", "--stack", stack];
  const result = await run("pulumi", args, {
    cwd: repository,
    env: { ...process.env, ...env },
    allowFailure: true,
  });
  if (isNotInstalled(result)) throw new Error(PULUMI_MISSING);
  const { code, stdout, stderr } = result;
  // no stack, no login, no passphrase: the engine did not come to a preview
  if (stdout.trim() === "")
    throw new Error(stderr.trim() || `pulumi ${command[0]}: exit code ${code}`);
  return { preview: readPreview(stdout), failed: code !== 0 };
}
