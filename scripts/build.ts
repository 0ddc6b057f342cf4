/** Builds the one file that pulumi-resource-pachyderm runs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundlePlugin } from "../provider-kit/bundle";

const root = join(__dirname, "..");

export async function buildPlugin(): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  await bundlePlugin(
    join(root, "pachyderm/plugin/main.ts"),
    join(root, "pachyderm/bin/plugin.js"),
    version,
  );
}

// run as a program, not imported
if (require.main === module) {
  buildPlugin().catch(() => process.exit(1)); // esbuild has told why
}
