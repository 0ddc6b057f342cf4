import type { ObjectRef } from "../api/api";
import { formatId } from "../api/object-ref";

/**
 * Why Pachyderm refuses to delete a repo or pipeline that other pipelines read. The provider cannot
 * know who owns those pipelines.
 *
 * @param readers their ids
 */
export function stillRead(
  kind: "pipeline" | "repo",
  ref: ObjectRef,
  readers: readonly string[],
): string {
  const those = readers.length === 1 ? "that pipeline" : "those pipelines";
  return (
    `${kind} ${formatId(ref)} is still read by ${readers.join(", ")}: delete ${those} first, ` +
    `or set forceDelete on the ${kind} and run \`pulumi up\``
  );
}
