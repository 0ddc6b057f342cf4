/**
 * Prints the pipelines of a stack as one JSON array for `pachctl create pipeline -f -`, or as a
 * graph in Markdown, without engine, cluster or credentials: `npm run --silent render -- [--stack
 * NAME] [--graph] [USE-CASE]`. It is an array because pachctl reads YAML documents, and rejects
 * consecutive JSON objects.
 */

// before the SDK is loaded: skips the modules that this program does not use
import "../program/sdk-workarounds";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config";
import { pipelineNames } from "../config/checks/same-names";
import { withStack } from "../config/named-stack";
import { pipelineSpecs, runOffline } from "./render/offline-program";
import { readStackConfig } from "./render/stack-file";
import { stackGraph } from "./render/stack-graph";
import { readWithPositionals, UsageRequested } from "./script-arguments";

const usage = "usage: npm run --silent render -- [--stack NAME] [--graph] [USE-CASE]";

async function main(): Promise<void> {
  const { stack, graph, useCase } = readArguments();
  named = stack;
  const resources = await runOffline(readStackConfig(stack, useCase), async () => require(".."));
  // all use cases are created, because one may read the repos of another
  const specs = pipelineSpecs(resources).filter(selectedBy(useCase));
  const text = graph ? stackGraph(specs, resources) : `${JSON.stringify(specs, null, 2)}\n`;
  process.stdout.write(text);
}

/** Selects the pipelines of a use case; without a use case, all pipelines. */
function selectedBy(useCase: string | undefined): (spec: Record<string, unknown>) => boolean {
  if (useCase === undefined) return () => true;
  const { config } = require("../program/config") as { readonly config: Config };
  const definition = config.useCases[useCase]?.definition;
  const names = definition === undefined ? [] : pipelineNames(definition);
  return (spec) => names.includes((spec.pipeline as { name: string }).name);
}

interface Arguments {
  readonly stack: string;
  readonly graph: boolean;
  readonly useCase: string | undefined;
}

function readArguments(): Arguments {
  try {
    const { values, positionals } = readWithPositionals(usage, {
      stack: { type: "string", default: "dev" },
      graph: { type: "boolean", default: false },
    });
    if (positionals.length > 1) throw new Error(`expected at most one use case\n${usage}`);
    return { ...values, useCase: positionals[0] };
  } catch (error) {
    if (error instanceof UsageRequested) throw error;
    throw new pulumi.RunError((error as Error).message);
  }
}

/** The stack that is rendered, once it is known. */
let named: string | undefined;

/** A user's mistake is one message; any other error is ours, and shows its stack trace. */
function fail(error: unknown): never {
  if (error instanceof UsageRequested) {
    console.log(error.message);
    process.exit(0);
  }
  console.error(pulumi.RunError.isInstance(error) ? forStack(error.message) : error);
  process.exit(1);
}

/** Adds the stack to the commands, because a different stack may be selected. */
function forStack(message: string): string {
  return named === undefined ? message : withStack(message, named);
}

/** A reader such as `head` may close the pipe before it has read everything. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  fail(error);
});

// errors in the program, such as those in the apply of an Output, are unhandled rejections
process.on("unhandledRejection", fail);
main().catch(fail);
