import { type Change, diffValues } from "../../../../providers/kit/diff";
import type { PropertyChange } from "../../../../providers/kit/handler";
import { containsUnknown, type ValueMap } from "../../../../providers/kit/values";
import { readKubeconfig } from "../../../cluster/kubeconfig";
import { textOption } from "../options";

/** The arguments that select the cluster. */
const CLUSTER_ARGUMENTS = ["kubeconfig", "context"];

/**
 * Compares a provider's arguments as the official plugin does (DiffConfig in
 * https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/provider.go):
 * another active cluster replaces the provider, and so every object, unless clusterIdentifier is
 * set and unchanged; another identifier always does.
 */
export function diffProvider(before: ValueMap, after: ValueMap): PropertyChange[] {
  const changes = diffValues(before, after);
  const [old, identifier] = [before, after].map((it) => textOption(it.clusterIdentifier));
  if (identifier !== undefined && identifier === old) return changes;
  const replacing = new Set<string | number | undefined>(
    old !== undefined && identifier !== undefined ? ["clusterIdentifier"] : [],
  );
  if (isAnotherCluster(before, after, changes)) {
    for (const argument of CLUSTER_ARGUMENTS) replacing.add(argument);
  }
  return changes.map((change) => ({ ...change, replace: replacing.has(change.path[0]) }));
}

function isAnotherCluster(before: ValueMap, after: ValueMap, changes: readonly Change[]): boolean {
  const changed = changes.filter(({ path }) => CLUSTER_ARGUMENTS.includes(String(path[0])));
  if (changed.length === 0) return false;
  if (CLUSTER_ARGUMENTS.some((key) => containsUnknown(after[key] ?? null))) return true;
  const [old, now] = [before, after].map(activeCluster);
  return old !== undefined && now !== undefined && old !== now;
}

/** The settings of the selected cluster in a kubeconfig; undefined if it is not found. */
function activeCluster(config: ValueMap): string | undefined {
  const kubeconfig = textOption(config.kubeconfig);
  if (kubeconfig === undefined) return undefined;
  try {
    const { server, ca, verify } = readKubeconfig(kubeconfig, textOption(config.context));
    return JSON.stringify([server, ca, verify]);
  } catch {
    return undefined; // not found: nothing to compare with, as in the official plugin
  }
}
