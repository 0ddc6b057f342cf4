/** Sets a key that may be `__proto__`, which is a key like any other in JSON. */
export function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/**
 * JSON merge patch (RFC 7396), which both Google's patch methods and Pachyderm's defaults use: null
 * removes a key, objects are merged, anything else replaces what was there.
 */
export function mergePatch<T>(
  target: Readonly<Record<string, T>>,
  patch: Readonly<Record<string, T>>,
): Record<string, T> {
  const merged: Record<string, T> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (isRecord(value)) {
      const before = Object.hasOwn(merged, key) ? merged[key] : undefined;
      setOwn<unknown>(merged, key, mergePatch(isRecord(before) ? before : {}, value));
    } else setOwn(merged, key, value);
  }
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
