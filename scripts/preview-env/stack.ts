/** The environment's stack, managed with the Pulumi CLI. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { repository } from "../../command-line/repository";
import {
  type Block,
  configurationIn,
  readWholeStackFile,
  stackFileName,
} from "../../config/stack-file";
import { secretsProviderOf, stackInit } from "../init-command";
import { runPulumi } from "../pulumi";
import { FILE_HEADER } from "./ownership";

/** The stack's file. */
export const fileOf = (stack: string) => join(repository, stackFileName(stack));

const pulumi = (...args: string[]) => runPulumi(args);

/** The stack's tags, by name. */
export async function readTags(stack: string): Promise<Readonly<Record<string, string>>> {
  return JSON.parse((await pulumi("stack", "tag", "ls", "--json", "--stack", stack)).stdout);
}

export async function writeTag(stack: string, name: string, value: string): Promise<void> {
  await pulumi("stack", "tag", "set", name, value, "--stack", stack);
}

/** Creates an empty stack with the base's secrets provider. */
export async function createStack(stack: string, base: string): Promise<void> {
  const provider = secretsProviderOf(readWholeStackFile(base, repository) ?? {});
  rmSync(fileOf(stack), { force: true });
  await pulumi(...stackInit(stack, provider), "--no-select");
}

/**
 * Derives the stack's file from the base stack's file, which may have changed since the last run:
 * Pulumi copies the configuration and encrypts its secrets for this stack, then `change` adapts it.
 */
export async function writeStackFile(
  stack: string,
  base: string,
  change: (copied: Block) => Block,
): Promise<void> {
  const { secretsprovider } = readWholeStackFile(base, repository) ?? {};
  const { config: _, ...encryption } = readWholeStackFile(stack, repository) ?? {};
  writeFileSync(fileOf(stack), stackFileText({ secretsprovider, ...encryption }));
  await pulumi("config", "cp", "--stack", base, "--dest", stack);
  const copied = readWholeStackFile(stack, repository) ?? {};
  const config = change(configurationIn(copied));
  writeFileSync(fileOf(stack), stackFileText({ ...copied, config }));
}

/**
 * The text of a stack file. All strings are quoted, because the engine reads some unquoted strings
 * as other types, such as `on`, a date, or the name 0o7.
 */
export function stackFileText(file: Block): string {
  const quoted = { version: "1.1", lineWidth: 0, defaultStringType: "QUOTE_DOUBLE" } as const;
  return `${FILE_HEADER}\n${stringify(file, { ...quoted, defaultKeyType: "PLAIN" })}`;
}

/** The stack's outputs, without secrets. */
export async function readOutputs(stack: string): Promise<Block> {
  return JSON.parse((await pulumi("stack", "output", "--json", "--stack", stack)).stdout) as Block;
}

/** Removes a stack without resources, with its file. */
export async function removeStack(stack: string): Promise<void> {
  await pulumi("stack", "rm", "--yes", "--stack", stack);
}
