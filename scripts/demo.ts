/** `npm run demo`: takes the real program through its lifecycle, in a sandbox on this machine. */

// before the SDK is loaded: skips the modules that this program does not use
import "../program/sdk-workarounds";
import { untilInterrupted } from "../command-line/interruption";
import { Progress } from "../command-line/progress";
import { repository } from "../command-line/repository";
import { endSandbox } from "../sandbox/cli/down";
import { describeSandbox } from "../sandbox/cli/run";
import { describeStacks, stacksAtRisk } from "../sandbox/cli/wipe";
import { type SandboxPaths, sandboxPaths } from "../sandbox/paths";
import { readRecord, supervisorRuns } from "../sandbox/runtime/record";
import { startSandbox } from "../sandbox/sandbox";
import { buildPlugins } from "./build";
import { tour } from "./demo/tour";
import { runScript } from "./run-script";
import { readOptions } from "./script-arguments";

/** The demo's own sandbox: it starts empty, regardless of other sandboxes. */
const NAME = "sandbox-demo";

const usage = `usage: npm run demo [-- --keep]

  --keep   leaves the sandbox running with everything in it, so that you can continue by hand
`;

async function main(): Promise<number> {
  const { keep } = readOptions(usage, { keep: { type: "boolean", default: false } });
  const interruption = untilInterrupted();
  const { signal } = interruption;
  const paths = sandboxPaths(repository, NAME);
  const progress = new Progress();
  try {
    const earlier = readRecord(paths.record);
    if (earlier !== undefined && supervisorRuns(earlier)) {
      throw new Error(
        `another demo is running in this folder (process ${earlier.supervisor?.pid}); to stop it: ` +
          `npm run sandbox -- down --wipe --name ${NAME}`,
      );
    }
    refuseOtherStacks(paths);
    await buildPlugins();
    await endSandbox(paths, true);
    const sandbox = await startSandbox({ name: NAME, progress, signal });
    try {
      process.stdout.write(`${describeSandbox(sandbox).join("\n")}\n`);
      await tour(sandbox, { keep, signal });
      if (keep) {
        process.stdout.write(howToGoOn());
        await interruption.happened;
      }
    } finally {
      await progress.during("stopping the sandbox", () => sandbox.stop());
    }
    if (keep) return 0;
    refuseOtherStacks(paths);
    await endSandbox(paths, true);
    process.stdout.write("Everything that the demo started has been stopped.\n");
    return 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    progress.say("Interrupted; nothing is left running.");
    return 130;
  }
}

/** The demo starts empty, but never deletes a stack that was created in an earlier demo. */
function refuseOtherStacks(paths: SandboxPaths): void {
  const stacks = stacksAtRisk(paths);
  if (stacks.length === 0) return;
  throw new Error(
    `the demo's sandbox also contains these stacks:\n${describeStacks(stacks)}` +
      `To delete their state: npm run sandbox -- down --wipe --name ${NAME}`,
  );
}

function howToGoOn(): string {
  return `
The sandbox is still running. To continue, in another shell in this folder:

  eval "$(npm run --silent sandbox -- env --name ${NAME})"
  pulumi stack select ${NAME}
  pulumi preview        # and up, refresh, destroy, as on any stack
  npm run sandbox -- status --name ${NAME}

Press Ctrl-C here to stop it. To delete its state: npm run sandbox -- down --wipe --name ${NAME}
`;
}

runScript("demo", main);
