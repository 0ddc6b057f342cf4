import * as pulumi from "@pulumi/pulumi";

export interface RepoArgs {
  /** The repo's name: letters, digits, `_` and `-`. Another name is another repo. */
  readonly name: pulumi.Input<string>;
  /** The project that the repo is in. Default: the provider's project. */
  readonly project?: pulumi.Input<string>;
  /** What the repo holds, in words. */
  readonly description?: pulumi.Input<string>;
  /**
   * Deletes the repo even if pipelines still read it; their provenance breaks.
   * Default: false, such a delete fails and says who reads it.
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
   * A repo that exists already and that the program only uses: it is read, never changed or deleted.
   *
   * @param id `project/repo`
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Repo {
    return new Repo(name, undefined, { ...opts, id });
  }

  constructor(name: string, args: RepoArgs | undefined, opts?: pulumi.CustomResourceOptions) {
    // every output is named, so that it exists as a property even where the argument is left out
    super(
      "pachyderm:index:Repo",
      name,
      { name: undefined, project: undefined, description: undefined, ...args },
      opts,
    );
  }
}
