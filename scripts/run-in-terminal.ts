import { spawn } from "node:child_process";
import { repository } from "../sandbox/paths";

/**
 * Runs a command that owns the terminal, Ctrl-C included: the engine then ends what is under way.
 * Returns its exit code. `onError` also gets what the command writes to standard error.
 */
export async function runInTerminal(
  command: string,
  args: readonly string[],
  onError?: (text: string) => void,
): Promise<number> {
  const child = spawn(command, args, {
    cwd: repository,
    stdio: ["inherit", "inherit", onError === undefined ? "inherit" : "pipe"],
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    process.stderr.write(text);
    onError?.(text);
  });
  process.on("SIGINT", () => undefined);
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
