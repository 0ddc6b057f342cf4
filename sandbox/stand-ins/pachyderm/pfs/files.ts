/** The contents of commits. */
import type { Work } from "../call";
import { hashOf } from "../datums/datum";
import type { CommitRecord, FileRecord } from "../store/records";

/** A file of a commit, or a folder, whose path ends with `/`. */
export interface FileEntry {
  readonly path: string;
  readonly datum: string;
  readonly size: number;
  /** Base64. */
  readonly hash: string;
}

/** The files of a commit and the folders that they are in, by path. */
export function entriesOf(files: readonly FileRecord[]): FileEntry[] {
  const entries = files.map(({ path, datum, size, parts }) => ({
    path,
    datum,
    size,
    hash: hashOf(parts),
  }));
  const folders = new Set(entries.flatMap(({ path }) => foldersOf(path)));
  const all: FileEntry[] = [...entries];
  // the deepest first: a folder's hash is computed from its contents
  for (const folder of [...folders].sort((one, other) => depth(other) - depth(one))) {
    const within = all.filter(({ path }) => parentOf(path) === folder).sort(byPath);
    all.push({
      path: folder,
      datum: "",
      size: within.reduce((sum, { size }) => sum + size, 0),
      hash: hashOf(within.map(({ hash }) => hash)),
    });
  }
  return all.sort(byPath);
}

export const byPath = (one: { readonly path: string; readonly datum: string }, other: typeof one) =>
  compared(one.path, other.path) || compared(one.datum, other.datum);

const compared = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
const depth = (folder: string) => folder.split("/").length - (folder === "/" ? 1 : 0);
const parentOf = (path: string) =>
  path === "/" ? undefined : path.replace(/\/$/, "").replace(/[^/]+$/, "");

function foldersOf(path: string): string[] {
  const steps = path.split("/").slice(1, -1);
  return ["/", ...steps.map((_, index) => `/${steps.slice(0, index + 1).join("/")}/`)];
}

export function contentOf(work: Work, { parts }: FileRecord): Buffer {
  return Buffer.concat(
    parts.map((part) => Buffer.from(work.db.contents.get(part) ?? "", "base64")),
  );
}

/** The size in bytes; a failed commit has none. */
export function sizeOf(commit: CommitRecord): number {
  if (commit.error && !commit.isInvalid) return 0;
  return (commit.files ?? []).reduce((sum, { size }) => sum + size, 0);
}

/** When it is finished, if that is known; the commits of an older stand-in finished at once. */
export const finishedAt = ({
  finished,
  finishedAt: at,
}: Pick<CommitRecord, "finished" | "finishedAt">): number | undefined =>
  at ?? (finished ? 0 : undefined);

export const isFinished = (work: Work, commit: CommitRecord) =>
  (finishedAt(commit) ?? Number.POSITIVE_INFINITY) <= work.now;

/** Removes contents that only these deleted commits had. */
export function dropContents(work: Work, commits: readonly CommitRecord[]): void {
  const partsOf = (all: readonly CommitRecord[]) =>
    new Set(all.flatMap(({ files = [] }) => files.flatMap(({ parts }) => parts)));
  const gone = partsOf(commits);
  if (gone.size === 0) return;
  const kept = partsOf(work.db.commits.values());
  for (const part of gone) if (!kept.has(part)) work.db.contents.delete(part);
}
