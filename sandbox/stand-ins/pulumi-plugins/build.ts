import { chmod, copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundlePlugin } from "../../../providers/kit/bundle";

/** Official plugins that have a stand-in, by the name of the provider and of its folder here. */
const providers = ["kubernetes", "gcp"] as const;

/**
 * The engine starts this; with `exec` the engine stays the plugin's parent, whose end stops the
 * plugin.
 */
const LAUNCHER = `#!/bin/sh
exec node "$(dirname "$0")/plugin.js" "$@"
`;

/**
 * Builds the stand-in plugins, each as a self-contained folder `outDir/PROVIDER` that `pulumi
 * plugin install resource PROVIDER VERSION --file FOLDER` accepts. They report the version of the
 * provider's SDK, which is the version that the engine requests.
 *
 * @param builds where their bundles are kept, for the next build
 */
export async function buildStandInPlugins(outDir: string, builds: string): Promise<void> {
  await Promise.all(
    providers.map((provider) => buildPlugin(provider, join(outDir, provider), builds)),
  );
}

async function buildPlugin(provider: string, folder: string, builds: string): Promise<void> {
  const bundle = join(builds, `${provider}-plugin.js`);
  await bundlePlugin(join(__dirname, provider, "main.ts"), bundle, await sdkVersion(provider));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await copyFile(bundle, join(folder, "plugin.js"));
  const launcher = join(folder, `pulumi-resource-${provider}`);
  await writeFile(launcher, LAUNCHER);
  await chmod(launcher, 0o755);
}

/** The version of a provider's SDK in this repository. */
export async function sdkVersion(provider: string): Promise<string> {
  const file = require.resolve(`@pulumi/${provider}/package.json`);
  const { version } = JSON.parse(await readFile(file, "utf8")) as { version: string };
  return version;
}
