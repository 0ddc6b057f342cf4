import { readFileSync } from "node:fs";
import * as pachyderm from "../../../../providers/pachyderm";

interface Plan {
  readonly stack: pachyderm.DescribeStackArgs;
  /** The pipelines by their resources' names. */
  readonly pipelines: Readonly<Record<string, pachyderm.PipelineArgs>>;
}

/** The expected pipelines: the file that COSTS_PLAN names. */
const plan: Plan = JSON.parse(readFileSync(process.env.COSTS_PLAN ?? "", "utf8"));

async function main(): Promise<void> {
  const provider = new pachyderm.Provider("pachyderm");
  await pachyderm.describeStack(plan.stack, { provider });
  const made = new Map<string, pachyderm.Pipeline>();
  for (const [name, args] of Object.entries(plan.pipelines)) {
    const dependsOn = inputRepos(args).flatMap((repo) => made.get(repo) ?? []);
    made.set(nameOf(args), new pachyderm.Pipeline(name, args, { provider, dependsOn }));
  }
}

/** The repos that a pipeline reads: those of the plan's pipelines must exist first. */
function inputRepos({ spec }: pachyderm.PipelineArgs): string[] {
  return [...JSON.stringify(spec).matchAll(/"repo":"([^"]+)"/g)].map(([, repo = ""]) => repo);
}

function nameOf({ spec }: pachyderm.PipelineArgs): string {
  return (spec as { pipeline: { name: string } }).pipeline.name;
}

export = main();
