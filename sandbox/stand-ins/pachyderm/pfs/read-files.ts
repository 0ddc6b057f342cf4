import { authorize, repoResource } from "../auth/authorize";
import type { Work } from "../call";
import { compileGlob } from "../datums/glob";
import { repoView } from "../names";
import { notFound, type RpcError, refusal, required } from "../rpc-error";
import type { CommitRecord } from "../store/records";
import { timestamp } from "../timeline";
import type { CommitName } from "./branches";
import { contentOf, entriesOf, type FileEntry, finishedAt } from "./files";
import { findCommit } from "./find-commit";
import { getRepo } from "./repo-records";

export interface GlobFileRequest {
  readonly commit: CommitName | null;
  readonly pattern: string;
}

export interface GetFileRequest {
  readonly file: {
    readonly commit: CommitName | null;
    readonly path: string;
    readonly datum: string;
  } | null;
}

/**
 * Files and folders by a glob; if two datums wrote the same path in a commit, the listing fails
 * there.
 */
export function globFile(work: Work, request: GlobFileRequest): (object | RpcError)[] {
  const commit = commitToRead(work, required(request.commit, "GlobFileRequest.Commit"));
  const match = compileGlob(request.pattern);
  const found: (object | RpcError)[] = [];
  const entries = entriesOf(commit.files ?? []).filter(({ path }) => match(path) !== undefined);
  for (const [index, entry] of entries.entries()) {
    if (entries[index - 1]?.path === entry.path)
      return [...found, refusal(duplicatePath(entry.path, entries[index - 1]?.datum, entry.datum))];
    found.push(fileView(work, commit, entry));
  }
  return found;
}

/** How pachd reports what its validation of a commit finds. */
export const duplicatePath = (path: string, one = "", other = "") =>
  `duplicate path output by different datums (${path} from ${one} and ${path} from ${other})`;

/** The content, base64, in one piece. */
export function getFile(work: Work, request: GetFileRequest): string[] {
  const { commit: name, path } = required(request.file, "GetFileRequest.File");
  const commit = commitToRead(work, required(name, "File.Commit"));
  const found = (commit.files ?? []).filter((file) => file.path === path);
  if (found.length === 0)
    throw notFound(`file ${path} not found in repo ${commit.repo} at commit ${commit.id}`);
  return [Buffer.concat(found.map((file) => contentOf(work, file))).toString("base64")];
}

function commitToRead(work: Work, name: CommitName): CommitRecord {
  const commit = findCommit(work, name);
  authorize(work, "REPO_READ", repoResource(commit.repo));
  return commit;
}

export function fileView(
  work: Work,
  commit: Pick<CommitRecord, "repo" | "id" | "finished" | "finishingAt" | "finishedAt">,
  { path, datum, size, hash }: FileEntry,
): object {
  const repo = repoView(getRepo(work, commit.repo));
  return {
    file: { commit: { repo, id: commit.id, branch: null }, path, datum },
    fileType: path.endsWith("/") ? "DIR" : "FILE",
    committed: timestamp(commit.finishingAt ?? finishedAt(commit) ?? work.now),
    sizeBytes: String(size),
    hash,
  };
}
