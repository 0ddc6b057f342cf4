/**
 * A record of what a command is about to change, written before the change: if the process is
 * killed, the next one restores the files from the journal.
 */

import { execFileSync } from "node:child_process";
import { linkSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import {
  identify,
  isRunning,
  type ProcessIdentity,
} from "../../../command-line/processes/process-table";
import { readBytesIfThere, readIfThere } from "../../../command-line/read-if-there";
import { draftOf, writeDraft, writeInOneStep } from "../../../providers/kit/one-step";

/** The journal's file. Git ignores it and its drafts. */
export const JOURNAL = ".adopt-journal.json";

/** A change of one file; paths are relative to the repository. */
interface Entry {
  readonly file: string;
  /** The previous content, in base64, and the mode; absent if the file did not exist. */
  readonly before?: { readonly content: string; readonly mode: number };
  /** The new content, in base64. */
  readonly after: string;
}

interface Content {
  readonly owner: ProcessIdentity;
  readonly entries: readonly Entry[];
  /** The folders that are about to be created. */
  readonly folders: readonly string[];
}

/** The outcome of a restoration, as paths relative to the repository. */
export interface Restored {
  /** Files that were restored. */
  readonly restored: readonly string[];
  /** Files that were modified in the meantime, and are left unchanged. */
  readonly changed: readonly string[];
  /** Files that are committed with the written content: then nothing is restored. */
  readonly committed: readonly string[];
}

export class Journal {
  readonly #root: string;
  #content: Content | undefined;

  constructor(root: string, content?: Content) {
    this.#root = root;
    this.#content = content;
  }

  /** Records the change of a file, before it is made. */
  addFile(file: string, after: Uint8Array, before?: { content: Buffer; mode: number }): void {
    const entry = {
      file: relative(this.#root, file),
      ...(before && { before: { content: before.content.toString("base64"), mode: before.mode } }),
      after: Buffer.from(after).toString("base64"),
    };
    this.#write({ entries: [entry] });
  }

  /** Records a folder, before it is created. */
  addFolder(folder: string): void {
    this.#write({ folders: [relative(this.#root, folder)] });
  }

  /** Restores everything byte by byte, and removes the journal. */
  undo(): Restored {
    const restored = new Set<string>();
    const changed = new Set<string>();
    const { owner, entries, folders } = this.#content ?? { entries: [], folders: [] };
    for (const path of [...entries.map(({ file }) => file), ...folders]) {
      if (owner)
        rmSync(draftOf(join(this.#root, path), owner.pid), { recursive: true, force: true });
    }
    for (const entry of entries.toReversed()) {
      const outcome = undoEntry(this.#root, entry);
      if (outcome === "changed") changed.add(entry.file);
      if (outcome === "restored") restored.add(entry.file);
    }
    for (const folder of folders) removeIfEmpty(join(this.#root, folder));
    this.remove();
    return {
      restored: [...restored].filter((file) => !changed.has(file)),
      changed: [...changed],
      committed: [],
    };
  }

  /** Removes the journal: nothing is restored any more. */
  remove(): void {
    if (this.#content === undefined) return;
    this.#content = undefined;
    rmSync(join(this.#root, JOURNAL), { force: true });
  }

  #write({ entries = [], folders = [] }: Partial<Content>): void {
    const file = join(this.#root, JOURNAL);
    const before = this.#content;
    const content: Content = {
      owner: before?.owner ?? thisProcess(),
      entries: [...(before?.entries ?? []), ...entries],
      folders: [...(before?.folders ?? []), ...folders],
    };
    // stack files contain encrypted secrets
    const draft = writeDraft(file, JSON.stringify(content), 0o600);
    try {
      // a link, unlike a rename, does not replace the journal of another process
      if (before === undefined) linkSync(draft, file);
      else renameSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      throw new Error("another run of adopt has just started: wait until it ends, then try again");
    } finally {
      rmSync(draft, { force: true });
    }
    this.#content = content;
  }
}

/** Reverts the changes of a process that was killed; undefined if there are none. */
export function recover(root: string): Restored | undefined {
  removeDrafts(root);
  const content = readContent(root);
  if (content === undefined) return undefined;
  const { owner } = content;
  if (isRunning(owner)) {
    throw new Error(
      `another run of adopt is in progress (process ${owner.pid}): wait until it ends`,
    );
  }
  const journal = new Journal(root, content);
  const committed = content.entries.filter((entry) => isCommitted(root, entry));
  if (committed.length === 0) return journal.undo();
  // the result was kept: restoring the files would remove pipelines that may be deployed by now
  journal.remove();
  return {
    restored: [],
    changed: [],
    committed: [...new Set(committed.map(({ file }) => file))],
  };
}

/** One line about what was restored. */
export function describeRestored({ restored, changed, committed }: Restored): string {
  const parts = [
    ...(committed.length > 0
      ? [`kept its changes, because ${committed.join(", ")} is already committed`]
      : []),
    ...(restored.length > 0 ? [`restored ${restored.join(", ")}`] : []),
    ...(changed.length > 0
      ? [`did not restore ${changed.join(", ")}, which was modified in the meantime`]
      : []),
  ];
  return parts.join("; ") || "no file had been changed yet";
}

function readContent(root: string): Content | undefined {
  const text = readIfThere(join(root, JOURNAL));
  if (text === undefined) return undefined;
  try {
    const content = JSON.parse(text) as Content;
    if (Array.isArray(content?.entries) && Array.isArray(content.folders) && content.owner)
      return content;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Error(
    `${JOURNAL}, left behind by an interrupted run of adopt, is damaged: revert the changes that \`git diff\` shows, then remove this file`,
  );
}

/** Whether the last commit has a file with the content that was to be written. */
function isCommitted(root: string, { file, before, after }: Entry): boolean {
  if (before?.content === after) return false;
  try {
    const stored = execFileSync("git", ["show", `HEAD:./${file}`], {
      cwd: root,
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 100_000_000,
    });
    return stored.toString("base64") === after;
  } catch {
    return false; // the file is not committed, or this is not a Git repository
  }
}

function undoEntry(root: string, { file, before, after }: Entry) {
  const path = join(root, file);
  const found = readBytesIfThere(path)?.toString("base64");
  if (found === before?.content) return "untouched";
  if (found !== after) return "changed";
  if (before === undefined) rmSync(path);
  else writeInOneStep(path, Buffer.from(before.content, "base64"), before.mode);
  return "restored";
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    // it contains other files, or was never created
    if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes(code)) throw error;
  }
}

/** Removes drafts of the journal that killed processes left behind. */
function removeDrafts(root: string): void {
  const draft = /^\.(\d+)\.(.+)\.tmp$/;
  for (const name of readdirSync(root)) {
    const [, pid, of] = draft.exec(name) ?? [];
    if (of === JOURNAL && identify(Number(pid)) === undefined) rmSync(join(root, name));
  }
}

function thisProcess(): ProcessIdentity {
  const identity = identify(process.pid);
  if (identity === undefined) throw new Error("cannot determine when this process started");
  return identity;
}
