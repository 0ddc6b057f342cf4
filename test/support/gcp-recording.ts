import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One exchange between the official plugin and a bucket service. */
export interface RecordedExchange {
  readonly during: "up-create" | "up-update" | "refresh" | "destroy";
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown> | null;
  readonly status: number;
  readonly answer: Record<string, unknown> | null;
}

interface Recording {
  readonly traffic: readonly RecordedExchange[];
  readonly stateAfterUp: readonly {
    readonly type: string;
    readonly id: string;
    readonly inputs: Record<string, unknown>;
    readonly outputs: Record<string, unknown>;
  }[];
  readonly previewOfUpdate: readonly {
    readonly name: string;
    readonly op: string;
    readonly detailedDiff: Record<string, { kind: string; inputDiff: boolean }> | null;
  }[];
}

/** What the official gcp plugin sent, and what it returned for the state and previews. */
export function readGcpRecording(): Recording {
  const file = join(__dirname, "../fixtures/gcp/recorded-official-plugin.json");
  return JSON.parse(readFileSync(file, "utf8")) as Recording;
}

/** Replaces every point in time by `<time>`. */
export function withoutTimes<T>(value: T): T {
  const text = JSON.stringify(value);
  return JSON.parse(text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>")) as T;
}
