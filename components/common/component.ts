import * as pulumi from "@pulumi/pulumi";

/**
 * Base class of this project's components. It passes no arguments to the engine, which would store
 * them in the state again, in plain text if a caller forgot to mark a secret. The children's inputs
 * and the outputs contain what matters.
 */
export abstract class Component extends pulumi.ComponentResource {
  constructor(type: string, name: string, opts?: pulumi.ComponentResourceOptions) {
    super(`pachyderm-seldon:index:${type}`, name, {}, opts);
  }
}
