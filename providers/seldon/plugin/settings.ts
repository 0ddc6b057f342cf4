import { text } from "../../kit/arguments";
import { isUnknown, reveal, type ValueMap } from "../../kit/values";

const ARGUMENTS = ["context", "kubeconfig"];

/** Arguments that the engine itself adds. */
const ENGINE_ARGUMENTS = ["version", "pluginDownloadURL"];

/**
 * Checks the provider's arguments; unknown values pass. Never shows a value, because one is a
 * secret.
 */
export function checkSettings(config: ValueMap): { property: string; reason: string }[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (ENGINE_ARGUMENTS.includes(name)) return [];
    if (!ARGUMENTS.includes(name)) {
      const known = ARGUMENTS.join(", ");
      return [
        {
          property: name,
          reason: `is not a valid argument of the provider: expected one of ${known}`,
        },
      ];
    }
    const plain = reveal(value);
    if (isUnknown(plain) || plain === null || (typeof plain === "string" && plain !== ""))
      return [];
    // the engine prints a property's value, so leave the property out
    return [{ property: "", reason: `${name}: must be a string or not set` }];
  });
}

/** Describes which arguments changed; undefined if none did. A kubeconfig is not shown. */
export function changedSettings(before: ValueMap, after: ValueMap): string | undefined {
  const context = [before, after].map((config) => text(config.context));
  const changes = [
    text(before.kubeconfig) === text(after.kubeconfig) ? [] : ["kubeconfig changed"],
    context[0] === context[1]
      ? []
      : [
          `context changed from ${context.map((name) => (name ? `"${name}"` : "the current one")).join(" to ")}`,
        ],
  ].flat();
  return changes.length === 0 ? undefined : `the provider's ${changes.join(", its ")}`;
}
