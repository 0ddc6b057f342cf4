import * as pulumi from "@pulumi/pulumi";

export interface RoleBindingArgs {
  /**
   * Who gets the roles: `user:`, `robot:`, `group:`, `pipeline:` or `pach:` and a name, such as
   * `robot:seldon`, or `allClusterUsers`. Another principal is another binding.
   */
  readonly principal: pulumi.Input<string>;
  /**
   * The roles, in any order: all that the principal is to have on this very resource, such as
   * `repoReader`. At least one. https://docs.pachyderm.com/latest/set-up/authorization/permissions/
   */
  readonly roles: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * What kind of resource the roles are on. It is never guessed from the other arguments: a repo's
   * name that happens to be undefined would give rights on the whole project.
   */
  readonly resourceType: pulumi.Input<"repo" | "project" | "cluster">;
  /** The name of the repo (a pipeline's output repo has its name). Only with `repo`, and needed there. */
  readonly repo?: pulumi.Input<string>;
  /** The project, or the one that the repo is in. Default: the provider's. Not with `cluster`. */
  readonly project?: pulumi.Input<string>;
  /**
   * Makes nothing where auth is not activated, instead of failing, for stacks that run on servers
   * with and without it. Once auth is activated, the next update binds the roles. Default: false.
   */
  readonly ignoreWhenAuthDisabled?: pulumi.Input<boolean>;
}

/**
 * The roles of one principal on a repo, a project or the cluster. It owns just these: roles of
 * other principals there, and of this principal elsewhere, stay as they are. A principal that has
 * roles on the resource already must be imported. Whoever makes a repo or project is its owner by
 * that, which is such a role.
 *
 * Import id: the resource and the principal, `repo/PROJECT/REPO/PRINCIPAL`,
 * `project/PROJECT/PRINCIPAL` or `cluster/PRINCIPAL`, such as `repo/default/images/robot:seldon`.
 */
export class RoleBinding extends pulumi.CustomResource {
  declare readonly principal: pulumi.Output<string>;
  declare readonly roles: pulumi.Output<string[]>;
  declare readonly resourceType: pulumi.Output<"repo" | "project" | "cluster">;
  declare readonly repo: pulumi.Output<string | undefined>;
  declare readonly project: pulumi.Output<string | undefined>;
  /** Whether the roles are bound: false where auth was off and `ignoreWhenAuthDisabled` is set. */
  declare readonly active: pulumi.Output<boolean>;

  constructor(name: string, args: RoleBindingArgs, opts?: pulumi.CustomResourceOptions) {
    // every output is named, so that it exists as a property even where the argument is left out
    super(
      "pachyderm:index:RoleBinding",
      name,
      { repo: undefined, project: undefined, active: undefined, ...args },
      opts,
    );
  }
}
