import type { StackRecord } from "./stack-record";

/** The ids of the clusters that the sweep is connected to, if they can be read. */
export interface ClusterIds {
  readonly kubernetes?: string | undefined;
  readonly pachyderm?: string | undefined;
}

type Recorded = Pick<StackRecord, "kubernetes" | "pachyderm">;

const SYSTEMS = ["kubernetes", "pachyderm"] as const;
const TITLES = { kubernetes: "Kubernetes", pachyderm: "Pachyderm" } as const;

/**
 * Why the clusters must not be swept: they are not the stack's clusters, or that is not known. On a
 * different cluster, everything that this backend's stacks own would look left behind. A cluster
 * whose id cannot be read is not swept at all.
 */
export function clusterProblem(
  stack: string,
  recorded: Recorded,
  found: ClusterIds,
): string | undefined {
  for (const system of SYSTEMS) {
    const [title, ids] = [`${TITLES[system]} cluster`, recorded[system]];
    if (ids.length === 0)
      return `the state of stack ${stack} does not identify its ${title}: expected a stack that has been deployed, with at least one use case`;
    if (found[system] !== undefined && ids.some((id) => id !== found[system]))
      return `the configuration of stack ${stack} connects to a different ${title} (${found[system]}) than the one that the stack is on (${ids.join(", ")}): correct the configuration or the environment variables`;
  }
  return undefined;
}

/**
 * Why an expired stack is kept: it may not be on the clusters of this sweep, or not only on these.
 */
export function elsewhere(recorded: Recorded, found: ClusterIds): string | undefined {
  for (const system of SYSTEMS) {
    const [title, id] = [TITLES[system], found[system]];
    const others = recorded[system].filter((one) => one !== id);
    if (id === undefined)
      return `it may be on a different cluster: the id of the ${title} cluster of this sweep cannot be read`;
    if (recorded[system].length === 0)
      return `it may be on a different cluster: its state does not identify its ${title} cluster`;
    if (others.length > 0)
      return `it is on a different cluster: ${title} ${others.join(", ")}, and this sweep is on ${id}`;
  }
  return undefined;
}
