import type { RunResult } from "../../command-line/processes/run";
import {
  changesOf,
  type Engine,
  type Preview,
  type PulumiOptions,
  withDebugCommands,
  withEventLog,
} from "./engine";

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
      withDebugCommands(options),
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
  const { steps: all, ...result } = await withEventLog(run);
  // `--refresh` has such steps for everything
  const steps = all.filter(({ op }) => op !== "refresh");
  return { ...result, steps, changes: changesOf(steps) };
}
