export type JsonObject = { [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Changes a resource as the API's patch methods do, which is JSON merge patch (RFC 7396): null
 * removes a field, objects are merged, anything else replaces the old value.
 * https://docs.cloud.google.com/storage/docs/json_api#patch
 */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const result = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      delete result[key];
    } else if (isObject(value)) {
      const before = result[key];
      result[key] = mergePatch(isObject(before) ? before : {}, value);
    } else {
      result[key] = value;
    }
  }
  return result;
}
