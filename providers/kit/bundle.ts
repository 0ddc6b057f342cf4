import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { isUpToDate, recordBuild } from "./build-record";
import { writeInOneStep } from "./one-step";

/** The compiler's options, which esbuild reads without listing the file among its inputs. */
const TSCONFIG = join(__dirname, "../../tsconfig.json");

/**
 * Bundles a program into one file of plain JavaScript: it starts three times faster than TypeScript
 * and does not need node_modules. The file is replaced atomically, so a process that starts it at
 * the same time gets the old or the new bundle, never part of one. Nothing is written if no source
 * has changed.
 *
 * @param define values of constants in the program, as JavaScript
 */
export async function bundleProgram(
  main: string,
  outfile: string,
  define: Readonly<Record<string, string>> = {},
): Promise<void> {
  const settings = { main, define };
  if (isUpToDate(outfile, settings)) return;
  const begun = Date.now();
  const { outputFiles, metafile } = await build({
    entryPoints: [main],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    define: { ...define },
    logLevel: "warning",
    write: false,
    metafile: true,
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error(`esbuild did not return a bundle for ${main}`);
  mkdirSync(dirname(outfile), { recursive: true });
  writeInOneStep(outfile, bundle.contents);
  const sources = Object.keys(metafile.inputs).map((file) => resolve(file));
  recordBuild(outfile, { settings, sources: [TSCONFIG, ...sources], begun });
}

/**
 * Bundles a plugin's main program.
 *
 * @param version the value of PLUGIN_VERSION in the program
 */
export function bundlePlugin(main: string, outfile: string, version: string): Promise<void> {
  return bundleProgram(main, outfile, { PLUGIN_VERSION: JSON.stringify(version) });
}
