import { isMap, type Value, type ValueMap } from "../../../../providers/kit/values";
import type { KubernetesApi } from "../../../cluster/api";
import { metadataOf } from "./objects";

/** The owner of the fields of a new object, which is made by an ordinary create. */
export const CREATOR = "pulumi-kubernetes";

/** Whose fields the resource takes over before it applies: its own creation's, and kubectl's. */
const PREDECESSORS: readonly { readonly prefix: string; readonly operation: string }[] = [
  { prefix: "kubectl", operation: "Apply" },
  { prefix: "kubectl", operation: "Update" },
  { prefix: "before-first-apply", operation: "Update" },
  { prefix: CREATOR, operation: "Update" },
];

/** Whether the object was made by the plugin and not applied since. */
export function isOwnedByCreator(live: ValueMap): boolean {
  return managedFieldsOf(live).some(
    ({ manager, operation }) => manager === CREATOR && operation === "Update",
  );
}

/**
 * Makes the fields of its predecessors the resource's own. Otherwise server-side apply would leave
 * a removed field in place, as one that somebody else wants.
 */
export async function takeOverFields(
  api: KubernetesApi,
  path: string,
  live: ValueMap,
  fieldManager: string,
): Promise<void> {
  const managedFields = mergeManagers(managedFieldsOf(live), fieldManager);
  if (managedFields === undefined) return;
  await api.patch(path, [
    { op: "replace", path: "/metadata/managedFields", value: managedFields },
    // refused if somebody changed the object in between
    {
      op: "replace",
      path: "/metadata/resourceVersion",
      value: metadataOf(live).resourceVersion,
    },
  ]);
}

/** The managed fields after the take-over; undefined if there is nothing to take over. */
export function mergeManagers(
  entries: readonly ValueMap[],
  fieldManager: string,
): ValueMap[] | undefined {
  const taken = entries.filter(isPredecessor);
  const [first] = taken;
  if (first === undefined) return undefined;
  const isOwn = ({ manager, operation }: ValueMap) =>
    manager === fieldManager && operation === "Apply";
  const own = entries.find(isOwn);
  const fieldsV1 = [...taken, ...(own ? [own] : [])].reduce<ValueMap>(
    (fields, entry) => union(fields, entry.fieldsV1 ?? {}),
    {},
  );
  const merged: ValueMap = {
    ...(own ?? first),
    manager: fieldManager,
    operation: "Apply",
    fieldsV1,
  };
  return [merged, ...entries.filter((entry) => !isPredecessor(entry) && !isOwn(entry))];
}

function managedFieldsOf(object: ValueMap): ValueMap[] {
  const { managedFields } = metadataOf(object);
  return Array.isArray(managedFields) ? managedFields.filter(isMap) : [];
}

function isPredecessor({ manager, operation, subresource }: ValueMap): boolean {
  return (
    subresource === undefined &&
    PREDECESSORS.some(
      (one) => String(manager).startsWith(one.prefix) && operation === one.operation,
    )
  );
}

/** Sets of fields are trees of objects, and so their union is a deep merge. */
function union(one: ValueMap, other: Value): ValueMap {
  const result = { ...one };
  for (const [key, value] of Object.entries(isMap(other) ? other : {})) {
    const before = result[key];
    result[key] = isMap(before) ? union(before, value) : value;
  }
  return result;
}
