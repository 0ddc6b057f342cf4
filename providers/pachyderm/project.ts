import * as pulumi from "@pulumi/pulumi";

export interface ProjectArgs {
  /**
   * The project's name: at most 51 letters, digits, `_` and `-`, starting with a letter or digit.
   * Changing it replaces the project.
   */
  readonly name: pulumi.Input<string>;
  /** A description of the project. */
  readonly description?: pulumi.Input<string>;
  /**
   * Deletes the project with all of its contents: every pipeline, every repo and their data,
   * including those that are not part of the stack. Default: false, which deletes only an empty
   * project.
   */
  readonly forceDelete?: pulumi.Input<boolean>;
}

/**
 * A Pachyderm project: a namespace for repos and pipelines that roles can be bound to. Use its
 * `name` output in the repos and pipelines of the project, so that they are created after it and
 * deleted before it.
 *
 * Import id: the project's name.
 */
export class Project extends pulumi.CustomResource {
  /** The project's name. Known in previews. */
  declare readonly name: pulumi.Output<string>;
  declare readonly description: pulumi.Output<string | undefined>;

  constructor(name: string, args: ProjectArgs, opts?: pulumi.CustomResourceOptions) {
    super("pachyderm:index:Project", name, { description: undefined, ...args }, opts);
  }
}
