import * as pulumi from "@pulumi/pulumi";
import { shellQuote } from "../../providers/kit/shell-quote";

/** A command-line option: its name and value. An option without value is left out. */
export type Option = readonly [name: string, value: string | number | undefined];

/** The arguments of a Python program: options in order, then further words as they are. */
export function optionWords(options: readonly Option[], extra: readonly string[] = []): string[] {
  const words = options.flatMap(([name, value]) => {
    if (value === undefined) return [];
    const text = String(value);
    // argparse takes a word that starts with - for another option
    return text.startsWith("-") ? [`${name}=${text}`] : [name, text];
  });
  return [...words, ...extra];
}

/** A line for a POSIX shell that yields exactly these words. Quotes stand only where needed. */
export function shellLine(words: readonly string[]): string {
  if (words.some((word) => word.includes("\0")))
    throw new pulumi.RunError("a command's argument holds a NUL character");
  return words.map(shellQuote).join(" ");
}
