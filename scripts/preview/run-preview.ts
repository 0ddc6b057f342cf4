import { showOnTerminal } from "../../command-line/progress";
import { reasonIn, tryPulumi } from "../pulumi";
import { errorsOf, type Preview, readPreview } from "./preview-json";

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
  /** Lists the resources that stay as they are, too. */
  readonly showSames?: boolean;
  /** Further variables of the environment. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Previews a stack of this program; nothing is changed, neither in its state nor elsewhere. Shows on a
 * terminal that it takes its time.
 */
export async function runPreview(
  stack: string,
  options: PreviewOptions = {},
  terminal: NodeJS.WritableStream & { isTTY?: boolean } = process.stderr,
): Promise<PreviewRun> {
  const preview = () => previewQuietly(stack, options);
  return await showOnTerminal(`previewing stack ${stack}`, preview, terminal);
}

async function previewQuietly(
  stack: string,
  { refresh = false, refreshFirst = false, showSames = false, env }: PreviewOptions,
): Promise<PreviewRun> {
  const command = refresh
    ? ["refresh", "--preview-only"]
    : ["preview", ...(refreshFirst ? ["--refresh"] : []), ...(showSames ? ["--show-sames"] : [])];
  const { code, stdout, stderr } = await tryPulumi([...command, "--json", "--stack", stack], {
    env: { ...process.env, ...env },
  });
  // no stack, no login, no passphrase: the engine did not come to a preview
  if (stdout.trim() === "")
    throw new Error(reasonIn(stderr) || `pulumi ${command[0]}: exit code ${code}`);
  const failed = code !== 0;
  return { preview: withReason(readPreview(stdout), failed, stderr), failed };
}

/** A preview that failed has an error, whatever the CLI printed. */
function withReason(preview: Preview, failed: boolean, stderr: string): Preview {
  if (!failed || errorsOf(preview).length > 0) return preview;
  const message = reasonIn(stderr) || "the preview failed without a reason";
  return { ...preview, diagnostics: [...preview.diagnostics, { severity: "error", message }] };
}
