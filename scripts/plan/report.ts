import { type CommentInput, verdictLine } from "../comment/comment";
import { costTable } from "../cost/cost-table";
import { resourceLines } from "../drift/report";
import { type ChangedResource, changedResources } from "../preview/changed-resources";

/** Everything that a comment may cut, as text for the terminal and a workflow's log. */
export function planReport(input: CommentInput): string {
  const { stack, preview, costs, plan, drift = [] } = input;
  const changed = changedResources(preview);
  if (plan === undefined || costs === undefined) return `${stack}: ${verdictLine(input)}\n`;
  const lines = [
    costTable(costs, changed.length).trimEnd(),
    ...section("Changed resources:", changed),
    ...("unknown" in drift
      ? ["", `Drift is unknown: ${drift.unknown}`]
      : section("Drift, not part of this change:", drift)),
    "",
    `fingerprint ${plan.fingerprint}`,
  ];
  return `${lines.join("\n")}\n`;
}

function section(title: string, resources: readonly ChangedResource[]): string[] {
  if (resources.length === 0) return [];
  return ["", title, ...resources.flatMap((resource) => resourceLines(resource.op, resource))];
}
