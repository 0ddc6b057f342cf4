import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");

/**
 * A block of shell commands in a document, and the comment above it that names the test that runs
 * it.
 */
export interface CommandBlock {
  readonly document: string;
  readonly commands: string;
  readonly mark: string | undefined;
}

/** The README and the pages under docs/, relative to the repository. */
export const documents: readonly string[] = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];

export function readDocument(document: string): string {
  return readFileSync(join(root, document), "utf8");
}

const BLOCK = /(?:<!-- ([^\n]*) -->\n\n)?^( *)```(?:sh|bash|shell|console)\n([\s\S]*?)^\2```$/gm;

/** All blocks of shell commands of a document. */
export function commandBlocks(document: string, text = readDocument(document)): CommandBlock[] {
  return [...text.matchAll(BLOCK)].map(([, mark, indent = "", code = ""]) => ({
    document,
    mark,
    commands: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/** The command lines of the block that a test runs, by the test's title in the block's mark. */
export function linesRunBy(document: string, title: string): string[] {
  const blocks = commandBlocks(document).filter(({ mark }) => mark?.includes(`, "${title}"`));
  const [only] = blocks;
  if (only === undefined || blocks.length > 1) throw new Error(`${blocks.length} blocks: ${title}`);
  const lines = only.commands.replaceAll("\\\n", " ").split("\n");
  return lines.map((line) => line.replace(/ #.*$/, "").trim()).filter((line) => line !== "");
}

/**
 * The command lines of a document that begin with a program's name, in blocks and in running text.
 */
export function commandsOf(program: string, text: string): string[] {
  const inBlocks = commandBlocks("", text).flatMap(({ commands }) =>
    commands.replaceAll("\\\n", " ").split("\n"),
  );
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```/gm, "");
  const inText = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  return [...inBlocks, ...inText]
    .map((line) => line.replace(/#.*$/, "").trim())
    .filter((line) => line.startsWith(`${program} `));
}
