import type { PropertyPath } from "../../kit/property-path";
import { isMap, isSecret, type Value, type ValueMap } from "../../kit/values";

/** The value at a path inside a resource's arguments, or the last value before the path ends. */
export function valueAt(inputs: ValueMap, path: PropertyPath): Value {
  let value: Value = inputs;
  for (const step of path) {
    if (isSecret(value)) value = value.reveal();
    if (Array.isArray(value)) value = value[Number(step)] ?? null;
    else if (isMap(value)) value = value[step] ?? null;
    else return value;
  }
  return value;
}
