import type { CheckResult } from "../../../providers/kit/handler";
import { isUnknown, reveal, type Value, type ValueMap } from "../../../providers/kit/values";

/** The arguments that the engine adds. */
const ENGINES_OWN = ["version", "pluginDownloadURL", "__internal"];

/**
 * Refuses provider arguments that a stand-in does not support: ignoring them would differ from the
 * official plugin.
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
    reason:
      `the sandbox's stand-in for the ${provider} plugin does not have this argument: expected ` +
      `one of ${known.join(", ")}`,
  }));
  return { inputs: config, failures };
}

/** A string argument; undefined if it is empty, left out or not known yet. */
export function textOption(value: Value | undefined): string | undefined {
  const plain = reveal(value ?? null);
  return typeof plain === "string" && plain !== "" ? plain : undefined;
}

/** A boolean argument: SDKs send those of providers as JSON strings. */
export function flagOption(value: Value | undefined): boolean | undefined {
  const plain = reveal(value ?? null);
  if (plain === null || plain === "" || isUnknown(plain)) return undefined;
  return plain === true || plain === "true";
}
