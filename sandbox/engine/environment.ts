import { delimiter } from "node:path";
import { shellQuote } from "../../providers/kit/shell-quote";
import type { SandboxPaths } from "../paths";

/** The variables that `pulumi` and the plugins need to use a sandbox, besides PATH. */
export function engineEnvironment(
  paths: SandboxPaths,
  stack: string,
  addresses: { readonly kubeconfig: string; readonly pachyderm: string },
): Record<string, string> {
  return {
    PULUMI_HOME: paths.pulumiHome,
    PULUMI_BACKEND_URL: `file://${paths.pulumiState}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: paths.passphrase,
    PULUMI_STACK: stack,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // All plugins are installed; a missing one must fail at once instead of being downloaded.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    KUBECONFIG: addresses.kubeconfig,
    PACHYDERM_ADDRESS: addresses.pachyderm,
  };
}

/** Variables of the user's environment that would override the sandbox's. */
export const interfering = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_ACCESS_TOKEN"] as const;

/** The environment of a program that uses a sandbox: tools first on PATH. */
export function fullEnvironment(
  base: NodeJS.ProcessEnv,
  env: Readonly<Record<string, string>>,
  toolFolders: readonly string[],
): NodeJS.ProcessEnv {
  const result: NodeJS.ProcessEnv = { ...base, ...env };
  for (const name of interfering) delete result[name];
  result.PATH = [...toolFolders, base.PATH ?? ""].join(delimiter);
  return result;
}

/** The same as lines for a POSIX shell: `eval "$(…)"`. */
export function shellExports(
  env: Readonly<Record<string, string>>,
  toolFolders: readonly string[],
): string {
  const path = toolFolders.map((folder) => `${shellQuote(folder)}${delimiter}`).join("");
  const lines = [
    `unset ${interfering.join(" ")}`,
    `export PATH=${path}"$PATH"`,
    ...Object.entries(env).map(([name, value]) => `export ${name}=${shellQuote(value)}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** The variables that determine which stacks `pulumi` sees. */
const deciding = ["PULUMI_BACKEND_URL", "PULUMI_STACK", ...interfering] as const;

/**
 * Tells the user of a shell that it no longer sees other stacks. Values are left out: a backend's
 * address may contain a password.
 */
export function captureNotice(
  name: string,
  env: Readonly<Record<string, string>>,
  shell: NodeJS.ProcessEnv,
): string {
  const replaced = deciding.filter((key) => shell[key] !== undefined && shell[key] !== env[key]);
  const lines = [
    `In this shell, pulumi now uses stack "${name}" of the sandbox and sees only stacks in ` +
      "the sandbox's backend. For your other stacks, use another shell.",
    ...(replaced.length === 0 ? [] : [`Replaced in this shell: ${replaced.join(", ")}`]),
  ];
  return `${lines.join("\n")}\n`;
}
