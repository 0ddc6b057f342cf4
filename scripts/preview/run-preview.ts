import { showOnTerminal } from "../../command-line/progress";
import { reasonIn, tryPulumi } from "../pulumi";
import { errorsOf, type Preview, readPreview } from "./preview-json";

export interface PreviewRun {
  readonly preview: Preview;
  /**
   * Whether it ended with an error; `preview` then contains the errors and the steps before them.
   */
  readonly failed: boolean;
}

export interface PreviewOptions {
  /**
   * Whether to show the differences between the state and the systems instead of the program's
   * changes.
   */
  readonly refresh?: boolean;
  /** Whether to compare with the systems instead of the state. */
  readonly refreshFirst?: boolean;
  /** Whether to list unchanged resources, too. */
  readonly showSames?: boolean;
  /** Additional environment variables. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Previews a stack of this program, without changing its state or anything else. Shows progress on
 * a terminal.
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
  // no stack, no login or no passphrase: the engine did not start the preview
  if (stdout.trim() === "")
    throw new Error(reasonIn(stderr) || `pulumi ${command[0]}: exit code ${code}`);
  const failed = code !== 0;
  return { preview: withReason(readPreview(stdout), failed, stderr), failed };
}

/** Adds an error to a failed preview that has none. */
function withReason(preview: Preview, failed: boolean, stderr: string): Preview {
  if (!failed || errorsOf(preview).length > 0) return preview;
  const message = reasonIn(stderr) || "the preview failed without an error message";
  return { ...preview, diagnostics: [...preview.diagnostics, { severity: "error", message }] };
}
