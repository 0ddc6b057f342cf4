/**
 * The use cases in use-cases/. Import them from here, so that a broken registry is reported in one
 * message.
 */
import { join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type * as Registry from "../use-cases";

const root = join(__dirname, "..");

/** The use cases by name. Ends the program if one of their files is missing or cannot be read. */
export function registeredUseCases(): typeof Registry.useCases {
  try {
    return (require("../use-cases") as typeof Registry).useCases;
  } catch (error) {
    throw new pulumi.RunError(describeLoadError(error, root));
  }
}

/**
 * Why the registry cannot be loaded, in one line; rethrows an error that is not a mistake in a
 * file.
 */
export function describeLoadError(error: unknown, folder: string): string {
  const text = String((error as Error).message);
  const { code, requireStack: [importer] = [] } = error as {
    readonly code?: string;
    readonly requireStack?: readonly string[];
  };
  const module = /^Cannot find module '(.*)'/.exec(text)?.[1];
  if (code === "MODULE_NOT_FOUND" && importer !== undefined && module !== undefined) {
    const file = relative(folder, importer);
    return `${file} imports ${module}, which does not exist: ${wayOn(module, file)}`;
  }
  // tsx, and swc, which pulumi uses, word it differently
  const [, file, line, column] = /(\/[^\s[\]]+\.ts):(\d+):(\d+)/.exec(text) ?? [];
  const reason = /ERROR: (.*)|^\s*[x×] (.*)/m.exec(text);
  if (file === undefined || reason === null) throw error;
  return `${relative(folder, file)}:${line}:${column}: ${reason[1] ?? reason[2]}`;
}

function wayOn(module: string, file: string): string {
  if (!module.startsWith(".")) return "run `npm ci`, or correct the import";
  return `restore it (\`git status\` shows what was removed), or remove all references to it from ${file}`;
}
