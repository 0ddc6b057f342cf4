import * as pulumi from "@pulumi/pulumi";
import * as pachyderm from "../../providers/pachyderm";
import { type LifetimeOptions, noteExisting } from "../common/lifetime";
import { checkRepoName } from "../common/names";
import { checked } from "../common/validation";
import { bindReader, sharedReader } from "./data-reader";

export interface DataRepoArgs {
  /** The repo's name. */
  readonly repo: pulumi.Input<string>;
  /**
   * Whether the repo exists outside of the stack: used, never changed or deleted. Requires `project`.
   * Default: false.
   */
  readonly existing?: boolean;
  /**
   * Whether another resource of this program creates the repo: `repo` is then its output, or the name
   * of the output repo of a further pipeline of the use case. No repo is created or read, and the
   * pipelines depend on that resource. Default: false.
   */
  readonly inProgram?: boolean;
  /**
   * A branch that the use case creates in the existing repo and reads instead of `training.branch`:
   * commits to other branches then start no training. Default: none.
   */
  readonly ownBranch?: OwnBranchArgs | undefined;
  /** The repo's project. Default: the provider's. */
  readonly project?: string;
  /**
   * Whether the data is kept when the use case leaves the program or the stack is destroyed: the
   * data repo and the models are then retained instead of protected. A change takes effect with the
   * next `pulumi up`. Default: false.
   */
  readonly keep?: boolean;
  /** A description of the repo. */
  readonly description?: pulumi.Input<string>;
  /**
   * A principal that may read the repo in addition to its owners, such as `robot:seldon`. It has no
   * effect if Pachyderm has auth off. Default: none.
   */
  readonly reader?: pulumi.Input<string>;
}

/** A use case's own branch of a repo that exists outside of the stack. */
export interface OwnBranchArgs {
  readonly name: pulumi.Input<string>;
  /** The branch whose head it starts at, unless `commit` is set. */
  readonly fromBranch?: pulumi.Input<string> | undefined;
  /** The commit that it points to. */
  readonly commit?: pulumi.Input<string> | undefined;
}

/**
 * Creates or reads the data repo, and grants access to it. Returns its name as an Output, so that
 * its readers wait for it.
 */
export function useDataRepo(
  name: string,
  data: DataRepoArgs,
  lifetime: LifetimeOptions,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const owner = `UseCase "${name}": data`;
  const repoName = checked(`${owner}.repo`, data.repo, checkRepoName);
  const repo = data.inProgram
    ? repoName
    : data.existing
      ? readRepo(owner, `${name}-data`, { ...data, repo: repoName }, parent)
      : new pachyderm.Repo(
          `${name}-data`,
          { name: repoName, project: data.project, description: data.description },
          { parent, ...lifetime },
        ).name;
  if (data.reader !== undefined) {
    // the binding from when the repo was an existing one
    const aliases =
      typeof data.repo === "string"
        ? [{ name: sharedReader(data.repo), parent: pulumi.rootStackResource }]
        : [];
    bindReader(`${name}-data-reader`, repo, data.reader, { parent, aliases });
  }
  return repo;
}

/**
 * Reads an existing repo. It has the same resource name as the stack's own repo. If both are the
 * same repo, the engine therefore removes the stack's own from the state, protected or not, and
 * deletes nothing.
 */
export function readRepo(
  owner: string,
  logicalName: string,
  { repo, project, ownBranch: own }: Pick<DataRepoArgs, "repo" | "project" | "ownBranch">,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  // without it, the id may differ from that of the stack's own repo
  if (project === undefined)
    throw new pulumi.RunError(`${owner}.project is missing: an existing repo requires its project`);
  const id = pulumi.interpolate`${project}/${repo}`;
  pulumi.all([id, own?.name]).apply(([known, branch]) => {
    const apart = branch === undefined ? "" : ` apart from the stack's own branch ${branch}`;
    noteExisting(`repo ${known}`, parent, apart);
  });
  const existing = pachyderm.Repo.get(logicalName, id, { parent });
  return pulumi.all([repo, existing.id]).apply(([known]) => known);
}

/**
 * Creates the use case's branch of a repo. Returns its name as an Output, so that its readers wait
 * for it.
 */
export function ownBranch(
  logicalName: string,
  repo: pulumi.Input<string>,
  project: string | undefined,
  { name, fromBranch, commit }: OwnBranchArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const args = { name, repo, project, fromBranch, commit };
  return new pachyderm.Branch(logicalName, args, { parent }).name;
}
