import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../command-line/processes/run";
import { readIfThere } from "../../command-line/read-if-there";
import type { SandboxPaths } from "../paths";
import { writePrivateFile } from "../runtime/private-file";
import {
  type Connections,
  connectStackFile,
  missingSecrets,
  newStackFile,
  readNamespace,
} from "./stack-file";

/** The stack file that a sandbox's stack file is based on, if the project has it. */
const DEV = "Pulumi.dev.yaml";

export interface StackOptions {
  readonly project: string;
  readonly name: string;
  readonly paths: SandboxPaths;
  readonly connections: Connections;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/**
 * Creates the sandbox's passphrase, if there is none. A stack file left by a sandbox whose
 * passphrase is gone can no longer be decrypted, so it is deleted.
 */
export function preparePassphrase(paths: SandboxPaths): void {
  if (existsSync(paths.passphrase)) return;
  rmSync(paths.stackFile, { force: true });
  writePrivateFile(paths.passphrase, randomBytes(24).toString("hex"));
}

/** The namespace of Pachyderm's workers in the sandbox's stack file. */
export function namespaceOf(paths: SandboxPaths): string {
  return readNamespace(readIfThere(paths.stackFile) ?? "") ?? "default";
}

/** Writes the sandbox's stack file and creates its stack, keeping those of an earlier start. */
export async function prepareStack(options: StackOptions): Promise<void> {
  const { project, name, paths, connections, env, signal } = options;
  const pulumi = (...args: string[]) =>
    run("pulumi", [...args, "--non-interactive"], { cwd: project, env, signal });

  mkdirSync(paths.pulumiState, { recursive: true });
  const text = readIfThere(paths.stackFile) ?? newStackFile(readIfThere(join(project, DEV)) ?? "");
  writeFileSync(paths.stackFile, connectStackFile(text, connections));
  await pulumi("stack", "select", name, "--create", "--secrets-provider", "passphrase");

  const missing = Object.entries(missingSecrets(readFileSync(paths.stackFile, "utf8")));
  const secrets = missing.flatMap(([path, value]) => ["--secret", `${path}=${value}`]);
  if (secrets.length > 0) await pulumi("config", "set-all", "--stack", name, "--path", ...secrets);
}
