import { orUndefined, READ } from "./calls";
import type { CallOptions, Client } from "./client";
import type { Deadline } from "./deadline";
import type { ObjectRef } from "./object-ref";

/** A branch of a repo: pachyderm/pachyderm src/pfs/pfs.proto, BranchInfo. */
export interface BranchInfo {
  readonly branch: { readonly name: string };
  /** The newest commit. */
  readonly head: { readonly id: string };
  /** The branch that it follows; null if only commits move it. */
  readonly trigger: { readonly branch: string } | null;
  /** The branches that follow it, directly or through others: those of meta repos, too. */
  readonly subvenance?: readonly BranchName[];
}

/** A reference to a branch, as the API's messages contain it. */
export interface BranchName {
  readonly repo: {
    readonly project: { readonly name: string };
    readonly name: string;
    /** `user`, `meta` or `spec`. */
    readonly type: string;
  };
  readonly name: string;
}

/**
 * What a branch should point to: a commit of its repo, or the head of another branch of the repo.
 */
export type BranchHead = { readonly commit: string } | { readonly fromBranch: string };

/** A reference to a branch, formatted as `project/repo@branch`. */
export interface BranchRef {
  readonly repo: ObjectRef;
  readonly name: string;
}

/** The calls about branches of repos. */
export class BranchApi {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Creates an empty branch; an existing one is unchanged, so the call may be repeated. */
  async create(branch: BranchRef, options: CallOptions = {}): Promise<void> {
    const request = { branch: branchOf(branch) };
    await this.#client.call("pfs_v2.API/CreateBranch", request, { ...READ, ...options });
  }

  /**
   * Creates a branch at a commit or at another branch's head; an existing branch is moved there.
   * Each call starts a job in the pipelines that read it, even if it does not move.
   */
  async point(branch: BranchRef, head: BranchHead, options?: CallOptions): Promise<void> {
    const { repo } = branchOf(branch);
    const commit =
      "commit" in head
        ? { repo, id: head.commit }
        : { repo, branch: branchOf({ repo: branch.repo, name: head.fromBranch }) };
    await this.#client.call(
      "pfs_v2.API/CreateBranch",
      { branch: branchOf(branch), head: commit },
      options,
    );
  }

  /** The branch, or undefined if it or its repo does not exist. */
  inspect(branch: BranchRef, options: CallOptions = READ): Promise<BranchInfo | undefined> {
    const request = { branch: branchOf(branch) };
    return orUndefined(this.#client.call<BranchInfo>("pfs_v2.API/InspectBranch", request, options));
  }

  /** The branches of a repo; empty if the repo does not exist. */
  async list(repo: ObjectRef): Promise<BranchInfo[]> {
    const request = { repo: branchOf({ repo, name: "" }).repo };
    return (await orUndefined(this.#client.list("pfs_v2.API/ListBranch", request, READ))) ?? [];
  }

  /**
   * Deletes a branch. With force, also one that a pipeline reads, that follows another branch, or
   * that another branch follows.
   */
  async delete(
    branch: BranchRef,
    { force, deadline }: { readonly force: boolean; readonly deadline?: Deadline },
  ): Promise<void> {
    const request = { branch: branchOf(branch), force };
    await this.#client.call("pfs_v2.API/DeleteBranch", request, deadline && { deadline });
  }
}

function branchOf({ repo: { project, name: repo }, name }: BranchRef) {
  return { repo: { project: { name: project }, name: repo, type: "user" }, name };
}

export const formatBranch = ({ repo, name }: BranchRef) => `${repo.project}/${repo.name}@${name}`;

/** Parses the result of `formatBranch`. */
export function parseBranch(text: string): BranchRef {
  const [, project = "", repo = "", name = ""] = /^([^/]*)\/([^@]*)@(.*)$/.exec(text) ?? [];
  return { repo: { project, name: repo }, name };
}

/** Parses the id of a branch; an import may omit the project. */
export function parseBranchId(id: string, defaultProject: string): BranchRef {
  const [, project = defaultProject, repo, name] =
    /^(?:([^/@]+)\/)?([^/@]+)@([^/@]+)$/.exec(id) ?? [];
  if (repo === undefined || name === undefined) {
    throw new Error(
      `"${id}" is not a valid branch id: use project/repo@branch, such as default/my-repo@master`,
    );
  }
  return { repo: { project, name: repo }, name };
}
