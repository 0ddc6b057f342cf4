import type { Connection } from "../kubernetes/connection";
import { prefixed } from "../kubernetes/errors";
import { SeldonCluster } from "./cluster";
import { formatId, type Inputs } from "./inputs";
import type { KnativeService, SeldonDeployment } from "./objects";

/** The state of a deployment that does not exist. */
export const ABSENT = "Absent";

/** The status of a deployment. */
export interface Observation {
  /** The state in Seldon's terms, or `Absent`. */
  readonly state: string;
  readonly ready: boolean;
  /** Whether anything of it exists, even a detector without its deployment. */
  readonly exists: boolean;
}

/** Determines the status of a deployment on a cluster; only reads. */
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
  // Seldon's operator has not reconciled it yet
  return deployment.status?.state || "Creating";
}

function isReady({ status }: KnativeService): boolean {
  return status?.conditions?.some((it) => it.type === "Ready" && it.status === "True") ?? false;
}
