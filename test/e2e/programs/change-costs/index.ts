import { readFileSync } from "node:fs";
import * as pachyderm from "../../../../providers/pachyderm";

interface Plan {
  readonly stack: pachyderm.DescribeStackArgs;
  /** The pipelines by their resources' names. */
  readonly pipelines: Readonly<Record<string, pachyderm.PipelineArgs>>;
}

/** What there is to be: the file that COSTS_PLAN names. */
const plan: Plan = JSON.parse(readFileSync(process.env.COSTS_PLAN ?? "", "utf8"));

async function main(): Promise<void> {
  const provider = new pachyderm.Provider("pachyderm");
  await pachyderm.describeStack(plan.stack, { provider });
  for (const [name, args] of Object.entries(plan.pipelines))
    new pachyderm.Pipeline(name, args, { provider });
}

export = main();
