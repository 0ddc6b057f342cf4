import * as pulumi from "@pulumi/pulumi";

export interface BranchArgs {
  /** The branch's name: letters, digits, `_` and `-`. Changing it replaces the branch. */
  readonly name: pulumi.Input<string>;
  /** The repo's name. Changing it replaces the branch. */
  readonly repo: pulumi.Input<string>;
  /** The repo's project. Default: the provider's project. */
  readonly project?: pulumi.Input<string>;
  /**
   * Another branch of the repo: this branch starts at its head. Later commits to that branch do not
   * move this one. Changing this argument moves this branch to the head of the branch that it
   * names. It has no effect on an imported branch. Cannot be combined with `commit`. Default: the
   * branch starts empty, unless `commit` is set.
   */
  readonly fromBranch?: pulumi.Input<string>;
  /**
   * The id of the commit that the branch points to: 32 hexadecimal digits. Changing it moves the
   * branch. If the branch is moved outside Pulumi, the next update with `--refresh` moves it
   * back.
   */
  readonly commit?: pulumi.Input<string>;
}

/**
 * A branch of a Pachyderm repo. It refers to a commit and copies no data, so a pipeline that reads
 * it is not affected by commits to other branches. Moving it is an update in place and starts one
 * job in each pipeline that reads the branch. A branch that a pipeline reads cannot be deleted.
 *
 * Import id: `project/repo@branch`.
 */
export class Branch extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly repo: pulumi.Output<string>;
  declare readonly project: pulumi.Output<string>;
  declare readonly fromBranch: pulumi.Output<string | undefined>;
  declare readonly commit: pulumi.Output<string | undefined>;
  /** The id of the commit that the branch pointed to when it was last read, created or moved. */
  declare readonly head: pulumi.Output<string>;

  constructor(name: string, args: BranchArgs, opts?: pulumi.CustomResourceOptions) {
    // list every output, so that its property exists even if the argument is not set
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
