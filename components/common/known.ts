import type * as pulumi from "@pulumi/pulumi";

/** Whether a preview knows the value. It does not know the id of what it is to create. */
export function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  // every Output has it, its public type does not
  return (output as unknown as { readonly isKnown: Promise<boolean> }).isKnown;
}
