import * as pulumi from "@pulumi/pulumi";

export interface RepoArgs {
  /** The repo's name: letters, digits, `_` and `-`. Changing it replaces the repo. */
  readonly name: pulumi.Input<string>;
  /** The repo's project. Default: the provider's project. */
  readonly project?: pulumi.Input<string>;
  /** A description of the repo. */
  readonly description?: pulumi.Input<string>;
  /**
   * Deletes the repo even if pipelines still read it, which breaks their provenance. Default:
   * false, which fails such a delete and lists the pipelines.
   */
  readonly forceDelete?: pulumi.Input<boolean>;
}

/**
 * A Pachyderm repo: versioned data. Deleting it deletes all its commits.
 *
 * Import id: `project/repo`.
 */
export class Repo extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly project: pulumi.Output<string>;
  declare readonly description: pulumi.Output<string | undefined>;

  /**
   * A repo that already exists and that the program only uses: it is read, never changed or
   * deleted.
   *
   * @param id `project/repo`
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Repo {
    return new Repo(name, undefined, { ...opts, id });
  }

  constructor(name: string, args: RepoArgs | undefined, opts?: pulumi.CustomResourceOptions) {
    // list every output, so that its property exists even if the argument is not set
    super(
      "pachyderm:index:Repo",
      name,
      { name: undefined, project: undefined, description: undefined, ...args },
      opts,
    );
  }
}
