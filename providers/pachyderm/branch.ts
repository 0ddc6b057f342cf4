import * as pulumi from "@pulumi/pulumi";

export interface BranchArgs {
  /** The branch's name: letters, digits, `_` and `-`. Changing it replaces the branch. */
  readonly name: pulumi.Input<string>;
  /** The repo's name. Changing it replaces the branch. */
  readonly repo: pulumi.Input<string>;
  /** The repo's project. Default: the provider's project. */
  readonly project?: pulumi.Input<string>;
  /**
   * Another branch of the repo, at whose head the branch starts. Later commits to that branch do not
   * move this one. Changing it moves the branch to the head of the named one. On an imported branch
   * it has no effect. Not allowed together with `commit`. Default: the branch starts empty, unless
   * `commit` is set.
   */
  readonly fromBranch?: pulumi.Input<string>;
  /**
   * The id of the commit that the branch is at, 32 hexadecimal digits. Changing it moves the branch,
   * and so does the next update after somebody else moved it.
   */
  readonly commit?: pulumi.Input<string>;
}

/**
 * A branch of a Pachyderm repo. It refers to a commit and copies no data, so a pipeline that reads it
 * is not affected by commits to other branches. A move is an update in place and gives each pipeline
 * that reads the branch one job. A branch that a pipeline reads cannot be deleted.
 *
 * Import id: `project/repo@branch`.
 */
export class Branch extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly repo: pulumi.Output<string>;
  declare readonly project: pulumi.Output<string>;
  declare readonly fromBranch: pulumi.Output<string | undefined>;
  declare readonly commit: pulumi.Output<string | undefined>;
  /** The id of the commit that the branch was at when it was last read, created or moved. */
  declare readonly head: pulumi.Output<string>;

  constructor(name: string, args: BranchArgs, opts?: pulumi.CustomResourceOptions) {
    // list every output, so that its property exists even if the argument is left out
    super(
      "pachyderm:index:Branch",
      name,
      {
        project: undefined,
        fromBranch: undefined,
        commit: undefined,
        ...args,
        head: undefined,
      },
      opts,
    );
  }
}
