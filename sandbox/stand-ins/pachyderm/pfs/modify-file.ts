import { posix } from "node:path";
import { authorize, repoResource } from "../auth/authorize";
import type { Work } from "../call";
import { contentHash } from "../datums/datum";
import { branchKey } from "../names";
import { propagate } from "../pps/jobs";
import { invalidArgument, refusal, required } from "../rpc-error";
import { message } from "../spec/messages";
import type { CommitRecord, FileRecord } from "../store/records";
import type { CommitName } from "./branches";
import { finishedCommit, openCommit, openCommitOf, refuseOutput } from "./commits";
import { byPath } from "./files";
import { getRepo, keyOf } from "./repo-records";

interface AddFile {
  readonly path: string;
  readonly datum: string;
  /** Base64. */
  readonly raw: string;
  readonly url: object | null;
}

interface DeleteFile {
  readonly path: string;
  readonly datum: string;
}

/** One line of the request: exactly one of these is set, in the first line `setCommit`. */
export interface ModifyFileMessage {
  readonly setCommit: CommitName | null;
  readonly addFile: AddFile | null;
  readonly deleteFile: DeleteFile | null;
}

/** The maximum size of a file here: contents are kept in memory and in the journal. */
const MOST_BYTES = 1 << 20;

/**
 * Adds and deletes files in the given open commit, or in a new commit on the given branch, which is
 * created if it does not exist. Content that is added to an existing file is appended.
 */
export function modifyFile(
  work: Work,
  { messages }: { readonly messages: readonly ModifyFileMessage[] },
): void {
  const [first, ...changes] = messages;
  if (!first?.setCommit) throw refusal("must specify a commit");
  const { repo, id, branch } = first.setCommit;
  const key = keyOf(required(repo ?? branch?.repo, "Commit.Repo"));
  getRepo(work, key);
  authorize(work, "REPO_WRITE", repoResource(key));
  refuseOutput(work, key, branch?.name ?? "");
  const open =
    id === "" ? openCommitOf(work, key, branch?.name ?? "") : work.db.commits.get(`${key}@${id}`);
  if (id !== "" && (open === undefined || open.finished))
    throw refusal(`commit ${key}@${id} has already finished`);
  const commit = open ?? openCommit(work, key, branch?.name ?? "");
  const files = changes.reduce<readonly FileRecord[]>(
    (before, change) => changed(work, before, change),
    commit.files ?? [],
  );
  const written: CommitRecord = { ...commit, files: [...files].sort(byPath) };
  const record = open === undefined ? finishedCommit(work, written) : written;
  work.db.commits.put(`${key}@${commit.id}`, record);
  if (open === undefined) propagate(work, [branchKey(key, commit.branch)], commit.id);
}

function changed(
  work: Work,
  files: readonly FileRecord[],
  { addFile, deleteFile }: ModifyFileMessage,
): readonly FileRecord[] {
  if (deleteFile) {
    const path = cleaned(deleteFile.path);
    const within = path === "/" ? path : `${path}/`;
    return files.filter((file) => file.path !== path && !file.path.startsWith(within));
  }
  if (!addFile) return files;
  if (addFile.url !== null) throw refusal("the sandbox does not support files from URLs");
  const content = Buffer.from(addFile.raw, "base64");
  return withContent(work, files, cleaned(addFile.path), addFile.datum || "default", content);
}

/** The files with `content` appended to one of them. */
export function withContent(
  work: Work,
  files: readonly FileRecord[],
  path: string,
  datum: string,
  content: Buffer,
): FileRecord[] {
  if (content.length > MOST_BYTES)
    throw invalidArgument(`${path}: the sandbox supports files of at most ${MOST_BYTES} bytes`);
  const isIt = (file: FileRecord) => file.path === path && file.datum === datum;
  const before = files.find(isIt);
  const part = contentHash(content);
  if (content.length > 0) work.db.contents.put(part, content.toString("base64"));
  const file: FileRecord = {
    path,
    datum,
    size: (before?.size ?? 0) + content.length,
    parts: [...(before?.parts ?? []), ...(content.length > 0 ? [part] : [])],
  };
  return [...files.filter((other) => !isIt(other)), file];
}

function cleaned(path: string): string {
  if (path === "") throw invalidArgument("path cannot be empty");
  return posix.resolve("/", path);
}

export const ModifyFileRequest = (commit: Parameters<typeof message>[0][string]) =>
  message({
    setCommit: commit,
    addFile: message({
      path: "string",
      datum: "string",
      raw: "string",
      url: message({ URL: "string" }),
    }),
    deleteFile: message({ path: "string", datum: "string" }),
  });
