import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
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
 */
export async function buildStandInPlugins(outDir: string): Promise<void> {
  await Promise.all(providers.map((provider) => buildPlugin(provider, join(outDir, provider))));
}

async function buildPlugin(provider: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const main = join(__dirname, provider, "main.ts");
  await bundlePlugin(main, join(folder, "plugin.js"), await sdkVersion(provider));
  const launcher = join(folder, `pulumi-resource-${provider}`);
  await writeFile(launcher, LAUNCHER);
  await chmod(launcher, 0o755);
}

async function sdkVersion(provider: string): Promise<string> {
  const file = require.resolve(`@pulumi/${provider}/package.json`);
  const { version } = JSON.parse(await readFile(file, "utf8")) as { version: string };
  return version;
}
