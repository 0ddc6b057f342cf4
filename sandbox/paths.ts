import { join, resolve } from "node:path";

/** The repository that this file is part of. */
export const repository = resolve(__dirname, "..");

export const defaultName = "sandbox";

/** Every place that belongs to one sandbox. All but the stack file lie in one folder. */
export interface SandboxPaths {
  readonly folder: string;
  readonly record: string;
  readonly lock: string;
  readonly logs: string;
  readonly cluster: string;
  readonly pachyderm: string;
  readonly gcs: string;
  readonly plugins: string;
  readonly pulumiHome: string;
  readonly pulumiState: string;
  readonly passphrase: string;
  readonly stackFile: string;
}

/**
 * Refuses a name that would not be ignored by git (its stack file is `Pulumi.<name>.yaml`, and
 * .gitignore has `Pulumi.sandbox*.yaml`) or that could lead out of the folder.
 */
export function checkName(name: string): string {
  if (/^sandbox[a-z0-9-]*$/.test(name) && name.length <= 40) return name;
  throw new Error(
    `--name: "${name}" is no sandbox name: it must begin with "sandbox", hold only a-z, 0-9 and -, ` +
      "and be at most 40 characters long, for example sandbox-2",
  );
}

export function sandboxPaths(project: string, name: string): SandboxPaths {
  const folder = join(project, ".sandbox", checkName(name));
  return {
    folder,
    record: join(folder, "sandbox.json"),
    lock: join(project, ".sandbox", `${name}.lock`),
    logs: join(folder, "logs"),
    cluster: join(folder, "cluster"),
    pachyderm: join(folder, "pachyderm"),
    gcs: join(folder, "gcs"),
    plugins: join(folder, "plugins"),
    pulumiHome: join(folder, "pulumi-home"),
    pulumiState: join(folder, "pulumi-state"),
    passphrase: join(folder, "passphrase"),
    stackFile: join(project, `Pulumi.${name}.yaml`),
  };
}
