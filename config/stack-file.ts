import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { RunError } from "@pulumi/pulumi/errors";
import { parse } from "yaml";

/** The namespace of this project's configuration keys. */
export const NAMESPACE = "pachyderm-seldon";

/** A key of this project, or a path that starts with one, with the namespace as in stack files. */
export function stackKey(key: string): string {
  return `${NAMESPACE}:${key}`;
}

/** A stack's name without organization and project, as its file has it. */
export const plainName = (stack: string) => stack.split("/").at(-1) ?? stack;

/** The name of a stack's file; the stack's name may contain organization and project. */
export const stackFileName = (stack: string) => `Pulumi.${plainName(stack)}.yaml`;

/** A YAML mapping. */
export type Block = Record<string, unknown>;

/**
 * The configuration in a stack's file, with secrets still encrypted; undefined if the folder has no
 * such file (`stackConfigDir` and `--config-file` move it).
 */
export function readStackFile(stack: string, folder: string): Block | undefined {
  const file = readWholeStackFile(stack, folder);
  return file && configurationIn(file);
}

/** The configuration in the content of a stack's file. */
export function configurationIn({ config }: Block): Block {
  return isBlock(config) ? config : {};
}

/** The stack's file with all of its keys, also those that say how its secrets are encrypted. */
export function readWholeStackFile(stack: string, folder: string): Block | undefined {
  const file = join(folder, stackFileName(stack));
  if (!existsSync(file)) return undefined;
  return parseStackFile(readFileSync(file, "utf8"), file);
}

/** The content of a stack file with all of its keys; errors name the file. */
export function parseStackFile(text: string, file: string): Block {
  const content = parseYaml(text, file);
  return isBlock(content) ? content : {};
}

/**
 * The block at one of this project's keys, parsed or as text; empty if it is missing, invalid or a
 * secret.
 */
export function blockOf(config: Block, key: string): Block {
  const value = config[stackKey(key)];
  try {
    const block: unknown = typeof value === "string" ? JSON.parse(value) : value;
    return isBlock(block) ? block : {};
  } catch {
    return {}; // the preview reports what is wrong with it
  }
}

/**
 * A file that is not valid YAML is the user's mistake: the message is one line, with the position.
 */
function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const [problem = ""] = (error as Error).message.split("\n");
    throw new RunError(`${basename(file)} is not valid YAML: ${problem.replace(/:$/, "")}`);
  }
}

/** Whether a value is encrypted: Pulumi writes it as a block with the one key `secure`. */
export function isEncrypted(value: unknown): value is { readonly secure: string } {
  return isBlock(value) && Object.keys(value).length === 1 && typeof value.secure === "string";
}

export function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
