import { text } from "../../../kit/arguments";
import type { ValueMap } from "../../../kit/values";
import type { Api } from "../api/api";
import { type BranchHead, type BranchRef, formatBranch } from "../api/branch-api";
import type { CallOptions } from "../api/client";
import { ServerError } from "../api/errors";
import { formatId } from "../api/object-ref";
import { withContext } from "../shared/lifecycle";

/** The planned head of a branch; undefined if the inputs do not specify one. */
export function headOf({ commit = null, fromBranch = null }: ValueMap): BranchHead | undefined {
  if (commit !== null) return { commit: text(commit) };
  return fromBranch === null ? undefined : { fromBranch: text(fromBranch) };
}

/** The id of the commit of a planned head. */
export async function resolveHead(api: Api, branch: BranchRef, head: BranchHead): Promise<string> {
  if ("commit" in head) return head.commit;
  const from = await api.branches.inspect({ repo: branch.repo, name: head.fromBranch });
  if (from === undefined) throw noSuchHead(branch, head);
  return from.head.id;
}

/** Sends the branch once; the error names a missing head. Without a head, the branch starts empty. */
export async function sendBranch(
  api: Api,
  branch: BranchRef,
  head: BranchHead | undefined,
  options: CallOptions,
): Promise<void> {
  try {
    if (head === undefined) await api.branches.create(branch, options);
    else await api.branches.point(branch, head, options);
  } catch (error) {
    if (head !== undefined && isMissingHead(error)) throw noSuchHead(branch, head);
    throw error;
  }
}

/** Adds the branch to an error of the server. */
export function withBranch(branch: BranchRef, error: unknown): unknown {
  return withContext(`branch ${formatBranch(branch)}`, error);
}

function noSuchHead(branch: BranchRef, head: BranchHead): Error {
  const { repo } = branch;
  const what = `branch ${formatBranch(branch)}`;
  if ("commit" in head) {
    return new Error(
      `${what}: commit ${head.commit} does not exist in repo ${formatId(repo)}. To list its commits, ` +
        `run: pachctl list commit ${repo.name} --project ${repo.project}`,
    );
  }
  const from = formatBranch({ repo, name: head.fromBranch });
  return new Error(
    `${what}: fromBranch: branch ${from} does not exist. To list the repo's branches, run: ` +
      `pachctl list branch ${repo.name} --project ${repo.project}`,
  );
}

/** 2.11 says so; 2.12 dereferences nil (recorded: "a branch at a commit that does not exist"). */
function isMissingHead(error: unknown): boolean {
  if (!(error instanceof ServerError)) return false;
  const { httpStatus, code, serverMessage } = error;
  if (httpStatus === 404) return serverMessage.includes("unable to inspect ");
  return httpStatus === 409 && code === 10 && serverMessage.includes("nil pointer dereference");
}
