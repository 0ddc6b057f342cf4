/**
 * Workarounds for the Pulumi SDK. Import this first: it takes effect when it is loaded.
 */
import "./deferred-modules";
import * as pulumi from "@pulumi/pulumi";

import debuggable = require("@pulumi/pulumi/runtime/debuggable");

import { withoutStackTraces } from "./stack-traces";

/**
 * The SDK's debug messages repeat each response of the engine, including every Secret in base64,
 * without the marks of secrets. The engine keeps them in its events and shows them with `--debug`.
 * The SDK's modules call `debug` through this object.
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/runtime/resource.ts ("RPC finished")
 */
Object.assign(pulumi.log, { debug: async () => {} });

withoutStackTraces(debuggable);
