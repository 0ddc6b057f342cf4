import { spawn } from "node:child_process";
import { repository } from "../sandbox/paths";

/**
 * Runs a command that owns the terminal, Ctrl-C included: the engine then ends what is under way.
 * Returns its exit code.
 */
export async function runInTerminal(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { cwd: repository, stdio: "inherit" });
  process.on("SIGINT", () => undefined);
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
