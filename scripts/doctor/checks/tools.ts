/** Whether the tools on this machine are installed and new enough. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../../command-line/repository";
import { isAtLeast } from "../../../toolchain/search-path";
import { type Check, failed, type Outcome, passed } from "../check";
import type { PulumiCli } from "../stack/pulumi-cli";

/** The oldest Pulumi CLI that runs this program: README, "Use it for real". */
export const OLDEST_PULUMI = "3.259.0";

const PLUGINS = ["pachyderm", "seldon"].map((provider) =>
  join("providers", provider, "bin", "plugin.js"),
);

export interface Tools {
  readonly cli: PulumiCli;
  /** Default: that of this process. */
  readonly node?: string;
  /** The folder of the program. Default: this repository. */
  readonly folder?: string;
}

export function toolChecks({
  cli,
  node = process.versions.node,
  folder = repository,
}: Tools): Check[] {
  const area = "tools";
  return [
    { area, name: "node", title: "Node.js", run: async () => [checkNode(node, folder)] },
    { area, name: "pulumi", title: "Pulumi CLI", run: async () => [await checkPulumi(cli)] },
    { area, name: "plugins", title: "plugins", run: async () => [checkPlugins(folder)] },
  ];
}

function checkNode(version: string, folder: string): Outcome {
  const { engines } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const oldest = String(engines.node).replace(/^>=/, "");
  if (isAtLeast(version, oldest)) return passed(version);
  return failed(`${version} is too old`, `install Node.js ${oldest} or newer (https://nodejs.org)`);
}

async function checkPulumi(cli: PulumiCli): Promise<Outcome> {
  const { stdout, problem } = await cli(["version"]);
  const get = `install ${OLDEST_PULUMI} or newer: https://www.pulumi.com/docs/iac/download-install/`;
  if (stdout === undefined) return failed(problem, get);
  const version = stdout.trim().replace(/^v/, "");
  return isAtLeast(version, OLDEST_PULUMI)
    ? passed(version)
    : failed(`${version || "the version"} is too old`, get);
}

function checkPlugins(folder: string): Outcome {
  const missing = PLUGINS.filter((file) => !existsSync(join(folder, file)));
  if (missing.length === 0) return passed("both provider plugins are built");
  return failed(`not built: ${missing.join(", ")}`, "run `npm run build`");
}
