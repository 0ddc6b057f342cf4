import type { Connection } from "../kubernetes/connection";
import { ForbiddenError, findMetadata } from "../kubernetes/core-objects";
import { describe, isOutOfReach } from "../kubernetes/errors";
import { formatId, type Inputs } from "./inputs";
import { ABSENT, type Observation, observeOn } from "./observe";

/** What the create of a deployment will find and its user wants to know before: warnings. */
export async function lookAhead(connection: Connection, inputs: Inputs): Promise<string[]> {
  try {
    const observation = await observeOn(connection, inputs);
    return [
      ...(observation.exists ? [adoption(inputs, observation)] : []),
      ...(await missingNamespace(connection, inputs)),
    ];
  } catch (error) {
    if (isOutOfReach(error)) throw error;
    return [describe(error)];
  }
}

/** What is told of a deployment that exists already. */
export function adoption(inputs: Inputs, { state }: Observation): string {
  const found = state === ABSENT ? "detectors of it exist" : `it exists, and is ${state}`;
  return (
    `deployment ${formatId(inputs)}: ${found}; the stack takes it over, and removes it with its ` +
    "detectors when it is destroyed. If it is somebody else's, choose another name or namespace"
  );
}

async function missingNamespace({ client }: Connection, inputs: Inputs): Promise<string[]> {
  const { detectorNamespace: name } = inputs;
  try {
    if ((await findMetadata(client, { kind: "Namespace", name, namespace: "" })) !== undefined) {
      return [];
    }
  } catch (error) {
    // its detectors could be listed, which is the right that this resource needs
    if (error instanceof ForbiddenError) return [];
    throw error;
  }
  return [
    `deployment ${formatId(inputs)}: there is no namespace ${name}, so its detectors cannot be ` +
      "made: install Seldon's request logger, or correct detectorNamespace",
  ];
}
