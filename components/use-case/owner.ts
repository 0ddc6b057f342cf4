import type * as pulumi from "@pulumi/pulumi";
import type { Lifetime } from "../common/lifetime";
import type { UseCaseArgs } from "./args";

/** What the parts of a use case need to know about it. */
export interface Owner {
  readonly name: string;
  readonly args: UseCaseArgs;
  readonly component: pulumi.Resource;
  /** The `protect` option of the use case. */
  readonly protect: boolean | undefined;
  readonly lifetime: Lifetime;
}
