import * as pulumi from "@pulumi/pulumi";

/** Whether a preview knows the value. The id of a resource to be created is unknown. */
export function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  // every Output has it, although its public type does not
  return (output as unknown as { readonly isKnown: Promise<boolean> }).isKnown;
}

/** Whether a value is an Output or Promise, so that it is known only later. */
export const isDeferred = (value: unknown): value is pulumi.Output<unknown> | Promise<unknown> =>
  pulumi.Output.isInstance(value) || value instanceof Promise;
