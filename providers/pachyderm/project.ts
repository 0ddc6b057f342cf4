import * as pulumi from "@pulumi/pulumi";

export interface ProjectArgs {
  /**
   * The project's name: letters, digits, `_` and `-`, at most 51, the first a letter or digit.
   * Another name is another project.
   */
  readonly name: pulumi.Input<string>;
  /** What the project is for, in words. */
  readonly description?: pulumi.Input<string>;
  /**
   * Deletes the project with all that is in it: every pipeline, every repo and their data, also
   * what is not part of the stack. Default: false, only an empty project is deleted.
   */
  readonly forceDelete?: pulumi.Input<boolean>;
}

/**
 * A Pachyderm project: a namespace for repos and pipelines, and what roles can be bound to. Repos
 * and pipelines in it should take its `name` output, so that they are made after it and deleted
 * before it.
 *
 * Import id: the project's name.
 */
export class Project extends pulumi.CustomResource {
  /** The project's name, known in previews. */
  declare readonly name: pulumi.Output<string>;
  declare readonly description: pulumi.Output<string | undefined>;

  constructor(name: string, args: ProjectArgs, opts?: pulumi.CustomResourceOptions) {
    super("pachyderm:index:Project", name, { description: undefined, ...args }, opts);
  }
}
