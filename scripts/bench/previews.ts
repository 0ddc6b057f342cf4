import { rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../command-line/processes/run";
import { Progress } from "../../command-line/progress";
import { repository } from "../../command-line/repository";
import { stackFileName } from "../../config/stack-file";
import { endSandbox } from "../../sandbox/cli/down";
import { sandboxPaths } from "../../sandbox/paths";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox";
import { buildPlugins } from "../build";
import type { Benchmark, Measured } from "./measure";

const SANDBOX = "sandbox-bench";
const [FEW, MANY] = [10, 100];

/** Benchmarks of previews without changes, on a sandbox that `stop` ends and forgets. */
export async function previews(): Promise<{
  readonly benchmarks: readonly Benchmark[];
  readonly stop: () => Promise<void>;
}> {
  await buildPlugins();
  const paths = sandboxPaths(repository, SANDBOX);
  await endSandbox(paths, true);
  const sandbox = await startSandbox({
    name: SANDBOX,
    delays: { pipelineMs: 0, jobMs: 0 },
    progress: new Progress(),
  });
  const stop = async () => {
    await sandbox.stop();
    await endSandbox(paths, true);
  };
  try {
    return { benchmarks: await prepare(sandbox), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function prepare(sandbox: Sandbox): Promise<Benchmark[]> {
  const empty = stackOf(sandbox, "empty", "a program without resources");
  const own = stackOf(sandbox, undefined, "this program with all its use cases");
  const [few, many] = [FEW, MANY].map((count) =>
    stackOf(sandbox, "pipelines", `${count} pipelines`, count),
  ) as [BenchStack, BenchStack];
  for (const stack of [empty, own, few, many]) await stack.deploy();
  return [
    {
      title: "preview of this program / preview of a program without resources",
      subject: own,
      baseline: empty,
    },
    { title: `preview of ${MANY} pipelines / preview of ${FEW}`, subject: many, baseline: few },
  ];
}

interface BenchStack extends Measured {
  deploy(): Promise<void>;
}

/** A stack of a program in `programs`, or of this project's own. */
function stackOf(
  sandbox: Sandbox,
  program: string | undefined,
  title: string,
  pipelines?: number,
): BenchStack {
  const project = program === undefined ? repository : join(__dirname, "programs", program);
  const stack = program === undefined ? SANDBOX : `${SANDBOX}-${pipelines ?? program}`;
  const pulumi = (...args: string[]) =>
    run("pulumi", [...args, "--stack", stack, "--non-interactive"], {
      cwd: project,
      env: { ...sandbox.env, ...(pipelines && { PIPELINES: String(pipelines) }) },
      timeout: 240_000,
      // the engine prints there why an update fails; the sandbox has no real secrets
      quoteOutput: true,
    });
  return {
    title,
    deploy: async () => {
      if (program !== undefined) {
        rmSync(join(project, stackFileName(stack)), { force: true });
        await pulumi("stack", "init");
      }
      await pulumi("up", "--yes", "--skip-preview");
    },
    run: async () => void (await pulumi("preview", "--expect-no-changes")),
  };
}
