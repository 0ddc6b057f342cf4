import * as pulumi from "@pulumi/pulumi";

/**
 * Base of this project's components. It hands the engine no arguments: they would be written into
 * the state a second time, in plain text where a caller forgot to mark a secret as one. What
 * matters of them stands in the children's inputs and in the outputs.
 */
export abstract class Component extends pulumi.ComponentResource {
  constructor(type: string, name: string, opts?: pulumi.ComponentResourceOptions) {
    super(`pachyderm-seldon:index:${type}`, name, {}, opts);
  }
}
