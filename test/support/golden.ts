import { readFileSync } from "node:fs";
import { join } from "node:path";

type Spec = Record<string, unknown>;

/** A pipeline of the original setup, as its authors wrote it. */
export function golden(name: string): Spec {
  const file = join(__dirname, "../fixtures/golden", `${name}.json`);
  return comparable(JSON.parse(readFileSync(file, "utf8")));
}

/**
 * The spec with its pod patch as an object under one name, and the correct spelling of `hostPath`.
 */
export function comparable({ pod_patch, podPatch = pod_patch, ...spec }: Spec): Spec {
  if (podPatch === undefined) return spec;
  const text = typeof podPatch === "string" ? podPatch : JSON.stringify(podPatch);
  return { ...spec, podPatch: JSON.parse(text.replaceAll('"hostpath"', '"hostPath"')) };
}
