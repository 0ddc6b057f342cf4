import { RunError } from "@pulumi/pulumi/errors";
import { shellQuote } from "../../providers/kit/shell-quote";

/** A command-line option: its name and value. Options without a value are omitted. */
export type Option = readonly [name: string, value: string | number | undefined];

/** The arguments of a Python program: options in order, then further words unchanged. */
export function optionWords(options: readonly Option[], extra: readonly string[] = []): string[] {
  const words = options.flatMap(([name, value]) => {
    if (value === undefined) return [];
    const text = String(value);
    // argparse reads a word that starts with - as another option
    return text.startsWith("-") ? [`${name}=${text}`] : [name, text];
  });
  return [...words, ...extra];
}

/** A line for a POSIX shell that results in exactly these words, quoted only where necessary. */
export function shellLine(words: readonly string[]): string {
  if (words.some((word) => word.includes("\0")))
    throw new RunError("a command's argument contains a NUL character");
  return words.map(shellQuote).join(" ");
}
