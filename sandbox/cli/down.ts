import { rmSync } from "node:fs";
import { terminate } from "../../command-line/processes/process-table";
import type { SandboxPaths } from "../paths";
import { readRecord, terminateServices } from "../runtime/record";

/** How long, in milliseconds, a supervisor may take to stop its services. */
const patience = 30_000;

/** Stops a sandbox and, on request, wipes it. Returns a description of what was done. */
export async function endSandbox(paths: SandboxPaths, wipe: boolean): Promise<string> {
  const record = readRecord(paths.record);
  const running =
    record?.supervisor !== undefined && (await terminate(record.supervisor, patience));
  const leftovers = record === undefined ? [] : await terminateServices(record);
  if (wipe) {
    rmSync(paths.folder, { recursive: true, force: true });
    rmSync(paths.stackFile, { force: true });
  }
  const ended = running || leftovers.length > 0 ? "stopped" : "was not running";
  return wipe ? `${ended}; ${paths.folder} and ${paths.stackFile} deleted` : `${ended}; state kept`;
}
