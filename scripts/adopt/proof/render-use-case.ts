/**
 * Prints the pipelines of one use case as JSON, without engine, cluster or credentials. Runs in a
 * process of its own, because a program reads the registry of use cases once.
 */
// before the SDK is loaded: skips the modules that this program does not use
import "../../../program/sdk-workarounds";
import * as pulumi from "@pulumi/pulumi";
import { pipelineSpecs, runOffline } from "../../render/offline-program";
import { anyStackConfig, readStackConfig } from "../../render/stack-file";

async function main([
  useCase = "",
  stack = "",
  project = "",
  bucket = "any-bucket",
]: string[]): Promise<void> {
  const config =
    stack === "" ? anyStackConfig(useCase, { project, bucket }) : readStackConfig(stack, useCase);
  const resources = await runOffline(config, async () => require("../../.."));
  process.stdout.write(JSON.stringify(pipelineSpecs(resources)));
}

/** A user's mistake is one message; any other error is ours, and shows its stack trace. */
function fail(error: unknown): never {
  console.error(pulumi.RunError.isInstance(error) ? error.message : error);
  process.exit(1);
}

process.on("unhandledRejection", fail);
main(process.argv.slice(2)).catch(fail);
