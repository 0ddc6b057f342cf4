import { isMap, reveal, type Value, type ValueMap } from "../../../../providers/kit/values";

const ATTRIBUTION = "goog-pulumi-provisioned";

/**
 * The labels that Pulumi manages: the program's, and the attribution label on resources created
 * with it.
 */
export function pulumiLabels(
  labels: Value | undefined,
  oldState: ValueMap | undefined,
  attribution: boolean,
): Value {
  if (labels !== undefined && labels !== null && !isMap(labels)) return labels; // unknown
  const before = labelsIn(oldState?.pulumiLabels);
  const attributed = oldState === undefined ? attribution : before[ATTRIBUTION] !== undefined;
  return { ...labels, ...(attributed && { [ATTRIBUTION]: "true" }) };
}

/** All labels of the resource once Pulumi's are set; other labels stay. */
export function effectiveLabels(own: Value, oldState: ValueMap | undefined): Value {
  if (!isMap(own)) return own;
  const before = labelsIn(oldState?.pulumiLabels);
  const others = Object.entries(labelsIn(oldState?.effectiveLabels)).filter(
    ([key]) => before[key] === undefined,
  );
  return { ...Object.fromEntries(others), ...own };
}

/** The labels in a patch: those that stay, and null for each removed one. */
export function labelPatch(before: ValueMap, after: ValueMap): ValueMap | null {
  if (Object.keys(after).length === 0) return null;
  const removed = Object.keys(before).filter((key) => after[key] === undefined);
  return { ...after, ...Object.fromEntries(removed.map((key) => [key, null])) };
}

/** The labels in a state, which are secret. */
export function labelsIn(value: Value | undefined): ValueMap {
  const plain = reveal(value ?? null);
  return isMap(plain) ? plain : {};
}

/** The labels on the server that are in the inputs. */
export function pickLabels(live: Value | undefined, asked: Value | undefined): ValueMap {
  const wanted = labelsIn(asked);
  return Object.fromEntries(Object.entries(labelsIn(live)).filter(([key]) => key in wanted));
}
