import { isMap, type Value, type ValueMap } from "../../../../providers/kit/values";
import type { KubernetesApi } from "../../../cluster/api";
import { metadataOf } from "./objects";

/** The manager of the fields of a new object, which is created by an ordinary create. */
export const CREATOR = "pulumi-kubernetes";

/**
 * The managers whose fields the resource takes over before it applies: that of its own creation,
 * and kubectl's.
 */
const PREDECESSORS: readonly { readonly prefix: string; readonly operation: string }[] = [
  { prefix: "kubectl", operation: "Apply" },
  { prefix: "kubectl", operation: "Update" },
  { prefix: "before-first-apply", operation: "Update" },
  { prefix: CREATOR, operation: "Update" },
];

/** Whether the object was created by the plugin and not applied since. */
export function isOwnedByCreator(live: ValueMap): boolean {
  return managedFieldsOf(live).some(
    ({ manager, operation }) => manager === CREATOR && operation === "Update",
  );
}

/**
 * Transfers the fields of earlier managers to the resource. Otherwise, server-side apply would keep
 * a removed field, because another manager owns it.
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
    // refused if the object was changed in between
    {
      op: "replace",
      path: "/metadata/resourceVersion",
      value: metadataOf(live).resourceVersion,
    },
  ]);
}

/** The managed fields after the transfer; undefined if there is nothing to transfer. */
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
