/** Reads the arguments of scripts. */
import type { ParseArgsConfig } from "node:util";
import { parseArgs } from "../command-line/parse-args";

type Options = NonNullable<ParseArgsConfig["options"]>;

const commandLine = () => process.argv.slice(2);

/** Thrown for `--help` or `-h`: the message is the usage, and the script succeeds. */
export class UsageRequested extends Error {}

/** The options on the command line. @throws Error with the usage if there are other arguments */
export function readOptions<const T extends Options>(
  usage: string,
  options: T,
  args: readonly string[] = commandLine(),
) {
  return withUsage(usage, args, () => parseArgs({ args: [...args], options })).values;
}

/**
 * The options and positional arguments on the command line. @throws Error with the usage for
 * unknown options
 */
export function readWithPositionals<const T extends Options>(
  usage: string,
  options: T,
  args: readonly string[] = commandLine(),
) {
  return withUsage(usage, args, () =>
    parseArgs({ args: [...args], options, allowPositionals: true }),
  );
}

function withUsage<T>(usage: string, args: readonly string[], parse: () => T): T {
  if (args.includes("--help") || args.includes("-h")) throw new UsageRequested(usage.trimEnd());
  try {
    return parse();
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${usage}`);
  }
}

/** The value of `--stack`. @throws Error with the usage if it is missing */
export function requireStack(stack: string | undefined, usage: string): string {
  if (stack === undefined) throw new Error(`--stack is required\n${usage}`);
  return stack;
}

/** The options of a script that takes `--stack NAME` and `--json`. */
export function readStackAndJson(usage: string): { stack: string; json: boolean } {
  const { stack, json } = readOptions(usage, {
    stack: { type: "string" },
    json: { type: "boolean", default: false },
  });
  return { stack: requireStack(stack, usage), json };
}
