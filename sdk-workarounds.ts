/**
 * Works around the Pulumi SDK: import this first, for it takes effect when it is loaded.
 */
import * as pulumi from "@pulumi/pulumi";

/**
 * The SDK takes a stack trace for every property of every resource: most of a large stack's time.
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/output.ts
 */
Error.stackTraceLimit = 2;

/**
 * The SDK's debug messages repeat each answer of the engine, and with it every Secret in base64,
 * where the marks of secrets no longer count. The engine keeps them in its events and shows them
 * with `--debug`. The modules of the SDK call `debug` through this object.
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/runtime/resource.ts ("RPC finished")
 */
Object.assign(pulumi.log, { debug: async () => {} });
