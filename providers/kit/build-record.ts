/** Records, beside a file, what it was built from, so that it is rebuilt only if that changes. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { version } from "esbuild";
import { writeInOneStep } from "./one-step";

interface BuildRecord {
  /** The builder's version and options. */
  readonly settings: string;
  readonly sources: readonly string[];
  /** A hash of all sources and the built file. */
  readonly digest: string;
}

/** Whether a build with these settings would write the same file. */
export function isUpToDate(outfile: string, settings: object): boolean {
  const record = readRecord(recordOf(outfile));
  if (record === undefined || record.settings !== settingsOf(settings)) return false;
  return digestOf([outfile, ...record.sources]) === record.digest;
}

/**
 * Records what a file was built from, unless a source changed during the build: the file may then
 * contain its earlier version.
 *
 * @param begun when the build began, in milliseconds
 */
export function recordBuild(
  outfile: string,
  build: { settings: object; sources: readonly string[]; begun: number },
): void {
  const { sources } = build;
  if (sources.some((file) => changedAt(file) >= build.begun)) return;
  const digest = digestOf([outfile, ...sources]);
  if (digest === undefined) return;
  const record: BuildRecord = { settings: settingsOf(build.settings), sources, digest };
  writeInOneStep(recordOf(outfile), JSON.stringify(record));
}

/** When a file last changed; infinity if it no longer exists. */
function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
}

function recordOf(outfile: string): string {
  return join(dirname(outfile), `.${basename(outfile)}.build.json`);
}

function readRecord(file: string): BuildRecord | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as BuildRecord) : undefined;
}

function settingsOf(settings: object): string {
  return JSON.stringify({ esbuild: version, ...settings });
}

/** Undefined if one of the files is missing. */
function digestOf(files: readonly string[]): string | undefined {
  const hash = createHash("sha256");
  for (const file of files) {
    if (!existsSync(file)) return undefined;
    const content = readFileSync(file);
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}
