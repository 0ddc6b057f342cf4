/**
 * Writes all generated files: the types of the pipeline spec, the descriptions of the providers'
 * resources, and the tables in docs/. CI fails if this changes anything.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { repository } from "../command-line/repository";

/** In the order of their dependencies. */
const GENERATORS = [
  "providers/pachyderm/spec/generate-types.ts",
  "providers/pachyderm/plugin/schema/generate-resources.ts",
  "providers/seldon/plugin/schema/generate-resources.ts",
  "scripts/provider-docs.ts",
  "scripts/doctor/generate-schema.ts",
];

function run(program: string, args: readonly string[]): void {
  execFileSync(process.execPath, [join(repository, "node_modules", program), ...args], {
    cwd: repository,
    stdio: "inherit",
  });
}

for (const generator of GENERATORS) run("tsx/dist/cli.mjs", [generator]);
run("@biomejs/biome/bin/biome", ["format", "--write", "--log-level=error"]);
