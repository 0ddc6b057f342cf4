import * as pulumi from "@pulumi/pulumi";

export interface RoleBindingArgs {
  /**
   * The principal that gets the roles: `user:`, `robot:`, `group:`, `pipeline:` or `pach:` and a
   * name, such as `robot:seldon`, or `allClusterUsers`. Changing it replaces the binding.
   */
  readonly principal: pulumi.Input<string>;
  /**
   * The roles, in any order: all roles that the principal should have on this resource, such as
   * `repoReader`. At least one. https://docs.pachyderm.com/latest/set-up/authorization/permissions/
   */
  readonly roles: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * The kind of resource that the roles apply to. It is never inferred from the other arguments: a
   * repo name that happens to be undefined would grant roles on the whole project.
   */
  readonly resourceType: pulumi.Input<"repo" | "project" | "cluster">;
  /**
   * The repo's name (a pipeline's output repo has the pipeline's name). Required with `repo`,
   * otherwise not allowed.
   */
  readonly repo?: pulumi.Input<string>;
  /**
   * The project, or the repo's project. Default: the provider's project. Not allowed with
   * `cluster`.
   */
  readonly project?: pulumi.Input<string>;
  /**
   * For stacks that run on servers with and without auth: if auth is not activated, binds no roles
   * instead of failing. Once auth is activated, the next update binds the roles. Default: false.
   */
  readonly ignoreWhenAuthDisabled?: pulumi.Input<boolean>;
}

/**
 * The roles of one principal on a repo, a project or the cluster. It manages only these roles, not
 * those of other principals on the resource, or of this principal on other resources. If the
 * principal already has roles on the resource, import the binding. The creator of a repo or project
 * automatically has the owner role on it.
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
  /** Whether the roles are bound: false if auth was off and `ignoreWhenAuthDisabled` is set. */
  declare readonly active: pulumi.Output<boolean>;

  constructor(name: string, args: RoleBindingArgs, opts?: pulumi.CustomResourceOptions) {
    // list every output, so that its property exists even if the argument is not set
    super(
      "pachyderm:index:RoleBinding",
      name,
      { repo: undefined, project: undefined, active: undefined, ...args },
      opts,
    );
  }
}
