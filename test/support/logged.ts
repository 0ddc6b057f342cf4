import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunResult } from "../../command-line/processes/run";
import { changesOf, type Engine, type Preview, type PulumiOptions, readEvents } from "./engine";

/** What a command did and said, so that no preview has to be run to see the changes of an update. */
export type Logged = Preview & RunResult;

/** Runs an update, with further arguments, and reads its steps from the engine's events. */
export function loggedUp(
  engine: Engine,
  args: readonly string[] = [],
  options: PulumiOptions = {},
): Promise<Logged> {
  return logged((file) =>
    engine.pulumi(
      ["up", "--yes", "--skip-preview", "--color", "never", "--event-log", file, ...args],
      // the flag is one for debugging
      { ...options, env: { PULUMI_DEBUG_COMMANDS: "true", ...options.env } },
    ),
  );
}

/** The same for a command line of `pulumi`, as a document has it. */
export function loggedShell(engine: Engine, line: string): Promise<Logged> {
  return logged((file) =>
    engine.shell(`PULUMI_DEBUG_COMMANDS=true ${line} --color never --event-log ${file}`),
  );
}

async function logged(run: (file: string) => Promise<RunResult>): Promise<Logged> {
  const folder = mkdtempSync(join(tmpdir(), "events-"));
  try {
    const file = join(folder, "events.json");
    const result = await run(file);
    const { steps: all, diagnostics } = readEvents(readFileSync(file, "utf8"));
    // `--refresh` has such steps for everything
    const steps = all.filter(({ op }) => op !== "refresh");
    return { ...result, steps, diagnostics, changes: changesOf(steps) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
