import { isUnknown, reveal, type ValueMap } from "../../provider-kit/values";

const ARGUMENTS = ["context", "kubeconfig"];

/** Arguments that the engine itself adds. */
const ENGINE_ARGUMENTS = ["version", "pluginDownloadURL"];

/** Checks the provider's arguments; what is not known yet passes. Shows no value: one is a secret. */
export function checkSettings(config: ValueMap): { property: string; reason: string }[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (ENGINE_ARGUMENTS.includes(name)) return [];
    if (!ARGUMENTS.includes(name)) {
      const known = ARGUMENTS.join(", ");
      return [{ property: name, reason: `is no argument of the provider; there are ${known}` }];
    }
    const plain = reveal(value);
    if (isUnknown(plain) || plain === null || (typeof plain === "string" && plain !== ""))
      return [];
    // the engine prints a property's value: no property, no value
    return [{ property: "", reason: `${name}: must be a text, or be left out` }];
  });
}
