import { existsSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "../../command-line/processes/lock";
import { run } from "../../command-line/processes/run";
import type { Progress } from "../../command-line/progress";
import { obtainTool } from "../../toolchain";
import { defaultCacheFolder, fillFolder } from "../../toolchain/cache";
import type { Tool } from "../../toolchain/tools";

const RELEASES = "https://github.com/rhysd/actionlint/releases/download/v1.7.12";

const actionlint: Tool = {
  name: "actionlint",
  version: "1.7.12",
  minimum: "1.7.12",
  executables: ["actionlint"],
  versionArguments: ["-version"],
  official: ({ os, arch }) => [
    {
      url: `${RELEASES}/actionlint_1.7.12_${os}_${arch === "x64" ? "amd64" : "arm64"}.tar.gz`,
      checksums: `${RELEASES}/actionlint_1.7.12_checksums.txt`,
      archived: { actionlint: "actionlint" },
    },
  ],
  builds: {
    actionlint: { module: "actionlint", package: "github.com/rhysd/actionlint/cmd/actionlint" },
  },
};

/** The path of actionlint, which checks the syntax and the expressions of workflows. */
export async function obtainActionlint(progress: Progress): Promise<string> {
  return join(await obtainTool(actionlint, { progress }), "actionlint");
}

const REQUIREMENTS = join(__dirname, "zizmor-requirements.txt");
const ZIZMOR = "zizmor-1.32.0";

/** The path of zizmor, which looks for security problems. It is published as a Python package. */
export async function obtainZizmor(progress: Progress): Promise<string> {
  const folder = join(defaultCacheFolder(), ZIZMOR);
  const program = join(folder, "bin", "zizmor");
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(program)) return;
    await progress.during(`installing ${ZIZMOR}`, () =>
      fillFolder(folder, async (partial) => {
        const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        const from = ["--no-deps", "--only-binary=:all:", "--require-hashes", "-r", REQUIREMENTS];
        await run("python3", [...pip, ...from, "--target", partial]);
      }),
    );
  });
  return program;
}
