import type { StackRecord } from "./stack-record";

/** The identities of the clusters that the sweep is connected to, as far as they can be read. */
export interface ClusterIds {
  readonly kubernetes?: string | undefined;
  readonly pachyderm?: string | undefined;
}

type Recorded = Pick<StackRecord, "kubernetes" | "pachyderm">;

const SYSTEMS = ["kubernetes", "pachyderm"] as const;
const TITLES = { kubernetes: "Kubernetes", pachyderm: "Pachyderm" } as const;

/**
 * Why the clusters may not be swept: they are not those that the stack is on, or it is not known. On
 * another cluster, whatever the stacks of this backend own would look left behind. A cluster whose
 * id cannot be read is not swept at all.
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
      return `the ${title} that the configuration of stack ${stack} leads to (${found[system]}) is not the one that the stack is on (${ids.join(", ")}): correct the configuration or the environment`;
  }
  return undefined;
}

/** Why an expired stack is kept: it is not known to be on the clusters of the sweep alone. */
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
