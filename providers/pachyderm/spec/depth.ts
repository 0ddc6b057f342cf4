/** How deeply objects and lists may be nested: about 50 crosses, far more than any use. */
export const DEEPEST = 100;

/**
 * Whether a value is nested too deeply for the code that works on specs, including the engine's
 * serialization. Does not recurse, because a deep value would overflow the stack.
 */
export function isTooDeep(value: unknown): boolean {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!isContainer(next.value)) continue;
    if (next.depth >= DEEPEST) return true;
    for (const inside of Object.values(next.value)) {
      waiting.push({ value: inside, depth: next.depth + 1 });
    }
  }
  return false;
}

/** An object or a list, not an instance of a class such as an output. */
function isContainer(value: unknown): value is object {
  if (Array.isArray(value)) return true;
  return (
    typeof value === "object" &&
    value !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value))
  );
}
