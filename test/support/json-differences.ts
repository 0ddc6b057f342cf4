/** Where two JSON values differ: one line per place, such as `labels.app: "one" became "two"`. */
export function jsonDifferences(expected: unknown, actual: unknown, path = ""): string[] {
  if (
    isContainer(expected) &&
    isContainer(actual) &&
    Array.isArray(expected) === Array.isArray(actual)
  ) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
    return keys.flatMap((key) =>
      jsonDifferences(expected[key], actual[key], path === "" ? key : `${path}.${key}`),
    );
  }
  if (JSON.stringify(expected) === JSON.stringify(actual)) return [];
  return [`${path}: ${JSON.stringify(expected)} became ${JSON.stringify(actual)}`];
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
