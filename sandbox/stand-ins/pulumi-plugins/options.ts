import type { CheckResult } from "../../../providers/kit/handler";
import { isUnknown, reveal, type Value, type ValueMap } from "../../../providers/kit/values";

/** What the engine adds to a provider's arguments. */
const ENGINES_OWN = ["version", "pluginDownloadURL", "__internal"];

/**
 * Refuses provider arguments that a stand-in does not have: to ignore them would be another
 * behaviour than the official plugin's.
 */
export function checkOptions(
  provider: string,
  config: ValueMap,
  known: readonly string[],
): CheckResult {
  const foreign = Object.keys(config).filter(
    (key) => !known.includes(key) && !ENGINES_OWN.includes(key),
  );
  const failures = foreign.map((property) => ({
    property,
    reason: `the sandbox's stand-in for the ${provider} plugin does not have this argument; it has ${known.join(", ")}`,
  }));
  return { inputs: config, failures };
}

/** A text argument; undefined if it is empty, left out or not known yet. */
export function textOption(value: Value | undefined): string | undefined {
  const plain = reveal(value ?? null);
  return typeof plain === "string" && plain !== "" ? plain : undefined;
}

/** A yes-or-no argument: SDKs send those of providers as JSON text. */
export function flagOption(value: Value | undefined): boolean | undefined {
  const plain = reveal(value ?? null);
  if (plain === null || plain === "" || isUnknown(plain)) return undefined;
  return plain === true || plain === "true";
}
