import type { StackConfig } from "./render/stack-file";

/**
 * Reads the output of `pulumi config --json --show-secrets` in the form that the SDK takes:
 * https://www.pulumi.com/docs/iac/cli/commands/pulumi_config/
 */
export function parseDecrypted(json: string): Omit<StackConfig, "stack"> {
  const keys = JSON.parse(json) as Record<string, { value?: string; secret?: boolean }>;
  const entries = Object.entries(keys);
  return {
    config: Object.fromEntries(entries.map(([key, { value = "" }]) => [key, value])),
    secretKeys: entries.filter(([, { secret }]) => secret).map(([key]) => key),
  };
}
