import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** The namespace of this project's configuration keys. */
export const NAMESPACE = "pachyderm-seldon";

/** A key of this project, or a path that starts with one, with the namespace as in stack files. */
export function stackKey(key: string): string {
  return `${NAMESPACE}:${key}`;
}

/** A YAML mapping. */
export type Block = Record<string, unknown>;

/**
 * The configuration in a stack's file, with secrets still encrypted; undefined if the folder has no
 * such file (`stackConfigDir` and `--config-file` move it).
 */
export function readStackFile(stack: string, folder: string): Block | undefined {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) return undefined;
  const config = parse(readFileSync(file, "utf8"))?.config;
  return isBlock(config) ? config : {};
}

export function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
