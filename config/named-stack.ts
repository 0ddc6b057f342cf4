import { shellQuote } from "../providers/kit/shell-quote";

/** A command of the Pulumi CLI in code marks, which acts on the selected stack unless it names one. */
const COMMAND =
  /`(pulumi (?:config (?:set|rm|get)|up|preview|refresh|destroy|cancel|stack output))(?=[ `])([^`]*)`/g;

/**
 * The text with the stack in each of its commands: where a script works on a stack that is named, the
 * selected one may be another.
 */
export function withStack(text: string, stack: string): string {
  return text.replaceAll(COMMAND, (whole, command: string, rest: string) =>
    / --stack\b/.test(rest) ? whole : `\`${command} --stack ${shellQuote(stack)}${rest}\``,
  );
}
