import { isMap, reveal, type ValueMap } from "../../../../providers/kit/values";
import { autoname } from "../autoname";
import { metadataOf, withMetadata } from "./objects";

const AUTONAMED = "pulumi.com/autonamed";

/** Whether an object's name was made up by the plugin. */
export function isAutonamed(object: ValueMap): boolean {
  const { annotations } = metadataOf(object);
  return isMap(annotations) && annotations[AUTONAMED] === "true";
}

export interface NamingRequest {
  readonly urn: string;
  readonly name: string;
  readonly randomSeed: Uint8Array;
  readonly oldInputs: ValueMap;
}

/** Names an object that its program gives no name: as before, or for a new one at random. */
export function withName(object: ValueMap, request: NamingRequest): ValueMap {
  // a name, or all the metadata, may also be unknown yet
  if (metadataOf(object).name !== undefined || !isNameable(object)) return object;
  const old = reveal(request.oldInputs) as ValueMap;
  const isNew = Object.keys(old).length === 0;
  if (!isNew && !isAutonamed(old)) return object;
  const name = isNew
    ? autoname(request.name, request.urn, request.randomSeed, 8)
    : (metadataOf(old).name ?? null);
  const { annotations } = metadataOf(object);
  return withMetadata(object, {
    name,
    annotations: { ...(isMap(annotations) ? annotations : {}), [AUTONAMED]: "true" },
  });
}

function isNameable({ metadata }: ValueMap): boolean {
  return metadata === undefined || isMap(metadata);
}
