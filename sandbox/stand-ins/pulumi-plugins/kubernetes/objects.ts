/** Kubernetes objects as property values: which parts are compared, stored and hidden. */
import { mapValues } from "../../../../providers/kit/map-values";
import {
  containsSecret,
  isMap,
  isSecret,
  Secret,
  type Value,
  type ValueMap,
} from "../../../../providers/kit/values";

/**
 * The fields that only the server writes:
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
 */
const READ_ONLY_METADATA = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** The properties of an object's metadata; empty if it is not known yet. */
export function metadataOf(object: ValueMap): ValueMap {
  return isMap(object.metadata) ? object.metadata : {};
}

/** An object's name or namespace; undefined if it is not set or not known yet. */
export function metadataText(object: ValueMap, key: "name" | "namespace"): string | undefined {
  const value = metadataOf(object)[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function withMetadata(object: ValueMap, changes: ValueMap): ValueMap {
  return { ...object, metadata: { ...metadataOf(object), ...changes } };
}

/** The object without the fields that only the server writes. */
export function withoutReadOnly(object: ValueMap): ValueMap {
  if (!isMap(object.metadata)) return object;
  const metadata = Object.entries(object.metadata).filter(
    ([key]) => !READ_ONLY_METADATA.includes(key),
  );
  return { ...object, metadata: Object.fromEntries(metadata) };
}

/** The value without properties that are null, which equal absent properties. */
export function withoutNulls(map: ValueMap): ValueMap {
  const strip = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(strip);
    return isMap(value) ? withoutNulls(value) : value;
  };
  const present = Object.entries(map).filter(([, value]) => value !== null && value !== undefined);
  return mapValues(Object.fromEntries(present), strip);
}

/**
 * The part of a live object that was requested: the properties of the inputs, at any depth.
 * Defaults that the cluster filled in are not drift.
 */
export function prune(live: ValueMap, asked: ValueMap): ValueMap {
  const kept: ValueMap = {};
  for (const [key, value] of Object.entries(live)) {
    const wanted = asked[key];
    if (wanted === undefined || wanted === null) continue;
    kept[key] = pruneValue(value, wanted);
  }
  return kept;
}

function pruneValue(live: Value, asked: Value): Value {
  if (isMap(live) && isMap(asked)) return prune(live, asked);
  if (Array.isArray(live) && Array.isArray(asked))
    return live.map((item, index) => {
      const wanted = asked[index];
      return wanted === undefined ? item : pruneValue(item, wanted);
    });
  return live;
}

/**
 * A canonical form for comparison: without empty lists and objects, and with a Secret's
 * `stringData` in `data`, as on the server.
 */
export function comparable(object: ValueMap): ValueMap {
  const { stringData, ...rest } = object;
  if (!isMap(stringData)) return withoutEmpty(object);
  const encoded = mapValues(stringData, (value) =>
    typeof value === "string" ? Buffer.from(value, "utf8").toString("base64") : value,
  );
  return withoutEmpty({ ...rest, data: { ...(isMap(rest.data) ? rest.data : {}), ...encoded } });
}

function withoutEmpty(map: ValueMap): ValueMap {
  const isEmpty = (value: Value) =>
    (Array.isArray(value) && value.length === 0) ||
    (isMap(value) && Object.keys(value).length === 0);
  const entries = Object.entries(map)
    .map(([key, value]): [string, Value] => [key, isMap(value) ? withoutEmpty(value) : value])
    .filter(([, value]) => !isEmpty(value));
  return Object.fromEntries(entries);
}

/**
 * Marks as secret what the program marked, and always the data of a Secret. One secret in a list
 * makes the whole list secret, because servers may change its order.
 */
export function markSecrets(object: ValueMap, marked: ValueMap): ValueMap {
  const result = mapValues(object, (value, key) => markValue(value, marked[key]));
  if (object.kind === "Secret")
    for (const key of ["data", "stringData"]) {
      const value = result[key];
      if (value !== undefined && !isSecret(value)) result[key] = new Secret(object[key] ?? null);
    }
  return result;
}

function markValue(value: Value, marked: Value | undefined): Value {
  if (marked === undefined) return value;
  if (isMap(value) && isMap(marked)) return markSecrets(value, marked);
  return containsSecret(marked) ? new Secret(value) : value;
}
