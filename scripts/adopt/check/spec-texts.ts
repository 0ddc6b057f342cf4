/** The kinds of strings in a spec. */
import type { Value } from "../../../providers/kit/values";

/** Fields whose text a shell interprets, so that `$NAME` is a variable. */
export const COMMANDS: ReadonlySet<string> = new Set([
  "cmd",
  "errCmd",
  "stdin",
  "errStdin",
  "command",
  "args",
]);
/** Fields that contain JSON, as a string or as an object. */
export const JSON_FIELDS: ReadonlySet<string> = new Set(["podPatch", "podSpec"]);

export function parseJson(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined; // it may be invalid because of a placeholder
  }
}

export function camelCase(key: string): string {
  return key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
