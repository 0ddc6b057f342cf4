import type { Connection } from "../kubernetes/connection";
import { prefixed } from "../kubernetes/errors";
import { SeldonCluster } from "./cluster";
import { formatId, type Inputs } from "./inputs";
import type { KnativeService, SeldonDeployment } from "./objects";

/** The state of a deployment that is not there. */
export const ABSENT = "Absent";

/** How a deployment is. */
export interface Observation {
  /** Seldon's own word, or `Absent`. */
  readonly state: string;
  readonly ready: boolean;
  /** Whether anything of it exists, be it a detector without its deployment. */
  readonly exists: boolean;
}

/** Looks how a deployment is on a cluster; only reads. */
export async function observeOn({ client }: Connection, inputs: Inputs): Promise<Observation> {
  try {
    return await observe(await SeldonCluster.discover(client), inputs);
  } catch (error) {
    throw prefixed(`cannot read deployment ${formatId(inputs)}`, error);
  }
}

async function observe(cluster: SeldonCluster, inputs: Inputs): Promise<Observation> {
  const [deployment, { detectors }] = await Promise.all([
    cluster.findDeployment(inputs),
    cluster.findBelongings(inputs),
  ]);
  const state = stateOf(deployment);
  return {
    state,
    ready:
      state === "Available" &&
      deployment?.metadata.deletionTimestamp === undefined &&
      detectors.every(({ service }) => isReady(service)),
    exists: deployment !== undefined || detectors.length > 0,
  };
}

function stateOf(deployment: SeldonDeployment | undefined): string {
  if (deployment === undefined) return ABSENT;
  // Seldon's operator has not looked at it yet
  return deployment.status?.state || "Creating";
}

function isReady({ status }: KnativeService): boolean {
  return status?.conditions?.some((it) => it.type === "Ready" && it.status === "True") ?? false;
}
