import * as pulumi from "@pulumi/pulumi";
import { isDeferred } from "./known";

/** Returns the problem with a value, as text that continues a sentence about it, or undefined. */
export type Check<T> = (value: T) => string | undefined;

/**
 * Checks a component's argument: immediately if it is a plain value, otherwise once it is known, and
 * before any resource receives it. `argument` names it in the message, as `DetectorBucket "x": name`.
 */
export function checked<T>(
  argument: string,
  input: pulumi.Input<T>,
  check: Check<T>,
): pulumi.Output<T> {
  const pass = (value: T) => {
    // types are not checked at runtime, and a template would write "undefined"
    if (value === undefined || value === null) throw new pulumi.RunError(`${argument} is missing`);
    const problem = check(value);
    if (problem !== undefined)
      throw new pulumi.RunError(`${argument} is ${quote(value)}, which ${problem}`);
    return value;
  };
  if (!isDeferred(input)) pass(input as T);
  return pulumi.output(input).apply((value) => pass(value as T)) as pulumi.Output<T>;
}

/** Refuses an empty string, which a command line would pass on as an empty argument. */
export function checkText(text: string): string | undefined {
  return typeof text === "string" && text !== "" ? undefined : "must be a string that is not empty";
}

function quote(value: unknown): string {
  return JSON.stringify(value) ?? "undefined";
}
