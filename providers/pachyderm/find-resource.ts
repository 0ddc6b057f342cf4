import * as pulumi from "@pulumi/pulumi";

export interface FindResourceArgs {
  /** The resource's type token, such as `pachyderm:index:Pipeline`. */
  readonly type: string;
  /**
   * The arguments that say which one is meant: `name` and `project`, of a pipeline
   * `spec.pipeline`, of a role binding `resourceType`, `repo`, `project` and `principal`.
   */
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface FindResourceResult {
  /** What the resource option `import` takes; undefined if there is no such thing on the server. */
  readonly id?: string;
}

/**
 * Looks whether what a resource would make is there already. Robot tokens are never found: Pachyderm
 * does not show a token twice.
 */
export function findResource(
  args: FindResourceArgs,
  opts?: pulumi.InvokeOptions,
): Promise<FindResourceResult> {
  return pulumi.runtime.invoke("pachyderm:index:findResource", { ...args }, opts);
}
