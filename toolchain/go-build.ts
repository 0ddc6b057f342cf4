import { cp } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../command-line/processes/run";
import type { GoBuild, Tool } from "./tools";

export interface GoBuildOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  readonly onDetail?: (detail: string) => void;
}

/**
 * Builds a tool's executables into `folder` with the Go toolchain that is on PATH. Module proxy,
 * build cache and flags are those of the environment; versions and checksums are pinned by the
 * modules under `go/`. (`go install` cannot be used: it refuses modules with replace directives.)
 */
export async function buildWithGo(
  tool: Tool,
  folder: string,
  { env = process.env, ...options }: GoBuildOptions = {},
): Promise<void> {
  for (const [executable, build] of Object.entries(tool.builds)) {
    // Built in a copy, so that flags in the environment (-mod=mod) cannot change the repository.
    const module = join(folder, `${executable}.module`);
    await cp(join(__dirname, "go", build.module), module, { recursive: true });
    // Without cgo, no C compiler is needed. A go.work file in a parent folder must not interfere.
    const goEnv = { ...env, CGO_ENABLED: "0", GOWORK: "off" };
    const go = { cwd: module, env: goEnv, signal: options.signal };

    options.onDetail?.(`${executable}: fetching modules`);
    const { stdout } = await run("go", ["list", "-deps", build.package], go);
    const total = stdout.trim().split("\n").length;
    options.onDetail?.(`${executable}: compiling`);
    let compiled = 0;
    await run("go", buildArguments(build, join(folder, executable)), {
      ...go,
      onOutput: (text, stream) => {
        if (stream === "stderr") compiled += text.split("\n").length - 1;
        options.onDetail?.(`${executable}: ${compiled} of up to ${total} packages compiled`);
      },
    });
  }
}

/** `-v` prints each package as it is compiled, which is how progress is counted. */
function buildArguments(build: GoBuild, output: string): string[] {
  const variables = Object.entries(build.variables ?? {}).map(
    ([name, value]) => `-X ${name}=${value}`,
  );
  const linkerFlags = ["-s", "-w", ...variables].join(" ");
  return ["build", "-v", "-trimpath", "-ldflags", linkerFlags, "-o", output, build.package];
}
