import { once } from "node:events";
import { join } from "node:path";
import { endGuarded, spawnGuarded } from "../../command-line/processes/guard";
import { run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import type { Benchmark } from "./measure";

/** How long each plugin takes until it serves, compared with the start of Node itself. */
export function pluginStarts(): Benchmark[] {
  return ["pachyderm", "seldon"].map((name) => ({
    title: `start of the ${name} plugin / start of Node`,
    subject: { title: `${name} plugin`, run: () => startPlugin(name) },
    baseline: {
      title: "node",
      run: async () => void (await run(process.execPath, ["--eval", ""])),
    },
  }));
}

/** Starts a plugin as the engine does: it serves as soon as it has printed its port. */
async function startPlugin(name: string): Promise<void> {
  const file = join(repository, "providers", name, "bin", `pulumi-resource-${name}`);
  const plugin = spawnGuarded(file, ["127.0.0.1:1"], { output: "pipe" });
  try {
    const ended = once(plugin, "close").then(() => {
      throw new Error(`the ${name} plugin exited before it started serving: run npm run build`);
    });
    if (!plugin.stdout) throw new Error("the plugin has no standard output");
    await Promise.race([once(plugin.stdout, "data"), ended]);
  } finally {
    await endGuarded(plugin);
  }
}
