/**
 * Prints the pipelines of a stack as one JSON array for `pachctl create pipeline -f -`, or as a graph
 * in Markdown, without engine, cluster or credentials:
 * `npm run --silent render -- [--stack NAME] [--graph] [USE-CASE]`. pachctl reads YAML documents, so
 * it refuses JSON objects one behind the other.
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
  // all use cases are created, because one may read another one's repos
  const specs = pipelineSpecs(resources).filter(selectedBy(useCase));
  const text = graph ? stackGraph(specs, resources) : `${JSON.stringify(specs, null, 2)}\n`;
  process.stdout.write(text);
}

/** Whether a pipeline is one of the use case's; without a use case, all are. */
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

/** A user's mistake is one message; anything else is ours, and shows where. */
function fail(error: unknown): never {
  if (error instanceof UsageRequested) {
    console.log(error.message);
    process.exit(0);
  }
  console.error(pulumi.RunError.isInstance(error) ? forStack(error.message) : error);
  process.exit(1);
}

/** With the stack in the commands: the selected one may be another. */
function forStack(message: string): string {
  return named === undefined ? message : withStack(message, named);
}

/** A reader such as `head` may close the pipe before it has read everything. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  fail(error);
});

// the program's own mistakes end up here, as those of an Output's apply do
process.on("unhandledRejection", fail);
main().catch(fail);
