/** Builds the single JavaScript file of each of this project's plugins. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../command-line/repository";
import { bundlePlugin } from "../providers/kit/bundle";

/** The folders that contain a plugin: `plugin/main.ts` becomes `bin/plugin.js`. */
const PROVIDERS = ["pachyderm", "seldon"];

export async function buildPlugins(): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  await Promise.all(
    PROVIDERS.map((provider) =>
      bundlePlugin(
        join(repository, "providers", provider, "plugin/main.ts"),
        join(repository, "providers", provider, "bin/plugin.js"),
        version,
      ),
    ),
  );
}

// run as a program, not imported
if (require.main === module) {
  buildPlugins().catch(() => process.exit(1)); // esbuild has printed why
}
