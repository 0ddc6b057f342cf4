import type { RunResult } from "../../command-line/processes/run";
import {
  changesOf,
  type Engine,
  type Preview,
  type PulumiOptions,
  withDebugCommands,
  withEventLog,
} from "./engine";

/** What a command did and printed, so that tests see the changes of an update without a preview. */
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

/** The same for a documented `pulumi` command line. */
export function loggedShell(engine: Engine, line: string): Promise<Logged> {
  return logged((file) =>
    engine.shell(`PULUMI_DEBUG_COMMANDS=true ${line} --color never --event-log ${file}`),
  );
}

async function logged(run: (file: string) => Promise<RunResult>): Promise<Logged> {
  const { steps: all, ...result } = await withEventLog(run);
  // `--refresh` has such steps for all resources
  const steps = all.filter(({ op }) => op !== "refresh");
  return { ...result, steps, changes: changesOf(steps) };
}
