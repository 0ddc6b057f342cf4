import type { Connection } from "../kubernetes/connection";
import { ForbiddenError, findMetadata } from "../kubernetes/core-objects";
import { describe, isOutOfReach } from "../kubernetes/errors";
import { formatId, type Inputs } from "./inputs";
import { ABSENT, type Observation, observeOn } from "./observe";

/** Warnings about what the create of a deployment will find. */
export async function createWarnings(connection: Connection, inputs: Inputs): Promise<string[]> {
  try {
    const observation = await observeOn(connection, inputs);
    return [
      ...(observation.exists ? [adoptionNotice(inputs, observation)] : []),
      ...(await missingNamespace(connection, inputs)),
    ];
  } catch (error) {
    if (isOutOfReach(error)) throw error;
    return [describe(error)];
  }
}

/** The warning about a deployment that already exists. */
export function adoptionNotice(inputs: Inputs, { state }: Observation): string {
  const found =
    state === ABSENT ? "its detectors already exist" : `it already exists, and is ${state}`;
  return (
    `deployment ${formatId(inputs)}: ${found}; the stack adopts it, and removes it with its ` +
    "detectors when the stack is destroyed. If it belongs to another stack or system, choose " +
    "another name or namespace"
  );
}

async function missingNamespace({ client }: Connection, inputs: Inputs): Promise<string[]> {
  const { detectorNamespace: name } = inputs;
  try {
    if ((await findMetadata(client, { kind: "Namespace", name, namespace: "" })) !== undefined) {
      return [];
    }
  } catch (error) {
    // its detectors could be listed, which is the permission that this resource requires
    if (error instanceof ForbiddenError) return [];
    throw error;
  }
  return [
    `deployment ${formatId(inputs)}: the namespace ${name} does not exist, so its detectors ` +
      "cannot be created: install Seldon's request logger, or correct detectorNamespace",
  ];
}
