import * as pulumi from "@pulumi/pulumi";

/**
 * Tells the user what a stack that works all the same will not do, on the resource. In previews
 * only, which every `pulumi up` begins with: the update itself has nothing to decide any more.
 */
export function warnInPreview(message: string, resource: pulumi.Resource): void {
  if (pulumi.runtime.isDryRun()) void pulumi.log.warn(message, resource);
}
