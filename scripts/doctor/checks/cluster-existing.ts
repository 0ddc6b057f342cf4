import { EXISTS_ADVICE } from "../../../components/common/exists-advice";
import { setCommand } from "../../../config/messages";
import { type Candidate, candidates } from "../../../program/adoption/candidates";
import {
  type CoreReference,
  findMetadata,
  formatReference,
} from "../../../providers/seldon/client";
import type { Check, Outcome } from "../check";
import { answering, type CheckedStack, type ClusterServer } from "../checked-stack";
import { existingOutcomes, type Found } from "./existing";

type OnCluster = Candidate & { readonly system: "kubernetes" };

export function clusterExistingCheck(checked: CheckedStack): Check {
  const run = async () => {
    const cluster = await answering("the cluster", checked.cluster);
    return await checkExisting(checked, cluster);
  };
  return { area: "cluster", name: "existing", title: "existing objects", run };
}

async function checkExisting(
  { config, state }: CheckedStack,
  { client }: ClusterServer,
): Promise<Outcome[]> {
  const wanted = candidates(config).filter(
    (candidate): candidate is OnCluster => candidate.system === "kubernetes",
  );
  const found = await Promise.all(
    wanted.map(async (candidate): Promise<Found> => {
      const { kind, namespace = "", name } = candidate.object;
      const reference: CoreReference = { kind, namespace, name };
      const id = namespace === "" ? name : `${namespace}/${name}`;
      return {
        thing: formatReference(reference),
        exists: (await findMetadata(client, reference)) !== undefined,
        own: state?.owns(candidate.type, id) ?? true,
        advice: adviceFor(candidate),
      };
    }),
  );
  return existingOutcomes(found, { adopt: config.adopt, stateKnown: state !== undefined });
}

function adviceFor({ object: { kind } }: OnCluster): string {
  const prefix = setCommand(["namePrefix"]);
  if (kind !== "Namespace") return `${EXISTS_ADVICE.otherPrefix}: ${prefix}`;
  const existing = setCommand(["seldon", "existing"], { value: "true" });
  return `${EXISTS_ADVICE.namespace}: ${existing} or ${prefix}`;
}
