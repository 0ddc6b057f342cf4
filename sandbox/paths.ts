import { join } from "node:path";

export const defaultName = "sandbox";

/**
 * The files and folders of one sandbox. All are in one folder, except the stack file and the
 * builds, which the sandboxes of a project share.
 */
export interface SandboxPaths {
  readonly folder: string;
  readonly record: string;
  readonly lock: string;
  readonly logs: string;
  readonly cluster: string;
  readonly pachyderm: string;
  readonly gcs: string;
  readonly plugins: string;
  /** Where stand-ins are built. */
  readonly builds: string;
  readonly pulumiHome: string;
  readonly pulumiState: string;
  readonly passphrase: string;
  readonly stackFile: string;
}

/**
 * Refuses a name that git would not ignore (the stack file is `Pulumi.<name>.yaml`, and .gitignore
 * has `Pulumi.sandbox*.yaml`) or that could lead outside of the folder.
 */
export function checkName(name: string): string {
  if (/^sandbox[a-z0-9-]*$/.test(name) && name.length <= 40) return name;
  throw new Error(
    `--name: "${name}" is not a valid sandbox name: it must start with "sandbox", contain ` +
      "only a-z, 0-9 and -, and have at most 40 characters, for example sandbox-2",
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
    builds: join(project, ".sandbox", "builds"),
    pulumiHome: join(folder, "pulumi-home"),
    pulumiState: join(folder, "pulumi-state"),
    passphrase: join(folder, "passphrase"),
    stackFile: join(project, `Pulumi.${name}.yaml`),
  };
}
