import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DatumRow, JobRow } from "../../providers/pachyderm/change-costs/rows";

/** One call of a recording of real jobs, and its response. */
export interface JobsStep {
  readonly section: string;
  readonly step: string;
  readonly rpc: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly response: { readonly status: number; readonly body?: unknown };
}

/** The versions of Pachyderm whose jobs were recorded. */
export const JOBS_VERSIONS = ["2.11.6", "2.12"] as const;

const FIXTURES = join(__dirname, "../fixtures/pachyderm");

/** The steps of a recording of real jobs, in order. */
export function jobsRecording(version: (typeof JOBS_VERSIONS)[number]): readonly JobsStep[] {
  const text = readFileSync(join(FIXTURES, `recorded-${version}-jobs.json`), "utf8");
  return (JSON.parse(text) as { steps: JobsStep[] }).steps;
}

/** The rows of a streamed response; undefined if rows were omitted from the recording. */
export function rowsOf<T extends JobRow | DatumRow | object>({
  response,
}: JobsStep): T[] | undefined {
  if (response.status !== 200) return undefined;
  const { body } = response;
  const all = Array.isArray(body) ? body : body === undefined || body === "" ? [] : [body];
  const rows = all.flatMap((row: { result?: T }) => (row.result === undefined ? [] : [row.result]));
  return rows.length === all.length ? rows : undefined;
}
