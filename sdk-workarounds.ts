import * as pulumi from "@pulumi/pulumi";

/**
 * Drops the SDK's debug messages: they repeat each answer of the engine, and with it every Secret
 * in base64 where the marks of secrets no longer count. The engine keeps them in its events and
 * shows them with `--debug`.
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/runtime/resource.ts ("RPC finished")
 */
export function dropDebugMessages(): void {
  // the modules of the SDK call it through this object
  Object.assign(pulumi.log, { debug: async () => {} });
}
