import { readFileSync } from "node:fs";
import { join } from "node:path";

interface RecordedPreview {
  readonly name: string;
  readonly op: string;
  readonly detailedDiff: Record<string, { kind: string; inputDiff: boolean }> | null;
  readonly inputs: Record<string, unknown>;
}

export interface RecordedObject {
  readonly type: string;
  readonly id: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
}

interface Recording {
  readonly previewOfCreate: readonly RecordedPreview[];
  readonly stateAfterUp: readonly RecordedObject[];
  readonly previewOfUpdate: readonly RecordedPreview[];
}

/** What the official kubernetes plugin returned for the state and previews. */
export function readKubernetesRecording(): Recording {
  const file = join(__dirname, "../fixtures/kubernetes/recorded-official-plugin.json");
  return JSON.parse(readFileSync(file, "utf8")) as Recording;
}

/** Replaces what differs each time: uids, times, versions, and random suffixes of names. */
export function withoutRandomness<T>(value: T): T {
  const text = JSON.stringify(value)
    .replace(/"(uid)":"[^"]+"/g, '"$1":"<uid>"')
    .replace(/"(time|creationTimestamp)":"[^"]+"/g, '"$1":"<time>"')
    .replace(/"(resourceVersion)":"\d+"/g, '"$1":"<version>"')
    .replace(/(pulumi-kubernetes|\br|\brb)-[0-9a-f]{8}\b/g, "$1-<random>");
  return JSON.parse(text) as T;
}
