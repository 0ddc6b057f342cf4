import { build } from "esbuild";

/**
 * Bundles a plugin's main program into one file of plain JavaScript: it starts three times faster
 * than TypeScript, and needs no node_modules.
 *
 * @param version what the program finds as PLUGIN_VERSION
 */
export async function bundlePlugin(main: string, outfile: string, version: string): Promise<void> {
  await build({
    entryPoints: [main],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    define: { PLUGIN_VERSION: JSON.stringify(version) },
    logLevel: "warning",
  });
}
