import { shellQuote } from "../providers/kit/shell-quote";

/**
 * A command of the Pulumi CLI in backticks. It acts on the selected stack unless it names another.
 */
const COMMAND =
  /`(pulumi (?:config (?:set|rm|get)|up|preview|refresh|destroy|cancel|stack output))(?=[ `])([^`]*)`/g;

/**
 * Adds the stack to each command in the text: a script works on the stack that it is given, which
 * need not be the selected one.
 */
export function withStack(text: string, stack: string): string {
  return text.replaceAll(COMMAND, (whole, command: string, rest: string) =>
    / --stack\b/.test(rest) ? whole : `\`${command} --stack ${shellQuote(stack)}${rest}\``,
  );
}
