/** What the texts of a spec are. */
import type { Value } from "../../../providers/kit/values";

/** Fields whose text a shell reads, so that `$NAME` is a variable. */
export const COMMANDS: ReadonlySet<string> = new Set([
  "cmd",
  "errCmd",
  "stdin",
  "errStdin",
  "command",
  "args",
]);
/** Fields with JSON, as text or as it is. */
export const JSON_FIELDS: ReadonlySet<string> = new Set(["podPatch", "podSpec"]);

export function parseJson(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined; // a placeholder may be what makes it invalid
  }
}

export function camelCase(key: string): string {
  return key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
