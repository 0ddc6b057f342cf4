/**
 * Workarounds for the Pulumi SDK. Import this first: it takes effect when it is loaded.
 */
import * as pulumi from "@pulumi/pulumi";

/**
 * The SDK creates a stack trace for every property of every resource, which is slow for large stacks.
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/output.ts
 */
Error.stackTraceLimit = 2;

/**
 * The SDK's debug messages repeat each answer of the engine, including every Secret in base64,
 * without the marks of secrets. The engine keeps them in its events and shows them with `--debug`.
 * The SDK's modules call `debug` through this object.
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/runtime/resource.ts ("RPC finished")
 */
Object.assign(pulumi.log, { debug: async () => {} });
