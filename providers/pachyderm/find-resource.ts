import * as pulumi from "@pulumi/pulumi";

export interface FindResourceArgs {
  /** The resource's type token, such as `pachyderm:index:Pipeline`. */
  readonly type: string;
  /**
   * The arguments that identify it: `name` and `project`; for a branch, also `repo`; for a
   * pipeline, `spec.pipeline`; for a role binding, `resourceType`, `repo`, `project` and
   * `principal`.
   */
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface FindResourceResult {
  /**
   * The value for the resource option `import`; undefined if nothing with that name exists on the
   * server.
   */
  readonly id?: string;
}

/**
 * Checks whether the object that a resource would create already exists. Robot tokens are never
 * found, because Pachyderm shows a token only once.
 */
export function findResource(
  args: FindResourceArgs,
  opts?: pulumi.InvokeOptions,
): Promise<FindResourceResult> {
  return pulumi.runtime.invoke("pachyderm:index:findResource", { ...args }, opts);
}
