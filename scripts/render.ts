/**
 * Prints the pipelines of a stack as one JSON array for `pachctl create pipeline -f -`, without
 * engine, cluster or credentials: `npm run --silent render -- [--stack NAME] [USE-CASE]`. pachctl
 * reads YAML documents, so it refuses JSON objects one behind the other.
 */
import { parseArgs } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { pipelineSpecs, runOffline } from "./render/offline-program";
import { readStackConfig } from "./render/stack-file";

const usage = "usage: npm run --silent render -- [--stack NAME] [USE-CASE]";

async function main(): Promise<void> {
  const { stack, useCase } = readArguments();
  const resources = await runOffline(readStackConfig(stack, useCase), async () => require(".."));
  process.stdout.write(`${JSON.stringify(pipelineSpecs(resources), null, 2)}\n`);
}

function readArguments(): { stack: string; useCase: string | undefined } {
  try {
    const options = { stack: { type: "string", default: "dev" } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (positionals.length > 1) throw new Error("expected at most one use case");
    return { stack: values.stack, useCase: positionals[0] };
  } catch (error) {
    throw new pulumi.RunError(`${(error as Error).message}; ${usage}`);
  }
}

/** A user's mistake is one message; anything else is ours, and shows where. */
function fail(error: unknown): never {
  console.error(pulumi.RunError.isInstance(error) ? error.message : error);
  process.exit(1);
}

/** A reader such as `head` may close the pipe before it has read everything. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  fail(error);
});

// the program's own mistakes end up here, as those of an Output's apply do
process.on("unhandledRejection", fail);
main().catch(fail);
