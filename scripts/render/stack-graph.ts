import { inputLeaves } from "../../providers/pachyderm/rules";
import { type FlowchartNode, flowchart } from "../graph/flowchart";
import type { Registered } from "./offline-program";

/** The pipelines of a stack with their inputs and deployments, as a Markdown block. */
export function stackGraph(
  specs: readonly Readonly<Record<string, unknown>>[],
  resources: readonly Registered[],
): string {
  const nodes = new Map<string, FlowchartNode>();
  const edges = new Map<string, readonly [string, string]>();
  const connect = (from: string, to: string) => edges.set(`${from} ${to}`, [from, to]);
  const defaultProject = projectOf(resources);
  const label = (project: string, name: string) =>
    project === defaultProject ? name : `${project}/${name}`;

  const pipelines = specs.map((spec) => {
    const { name, project } = spec.pipeline as { name: string; project?: { name?: string } };
    return { name, project: project?.name ?? defaultProject, input: spec.input };
  });
  for (const { name, project } of pipelines)
    nodes.set(`${project}/${name}`, {
      key: `${project}/${name}`,
      label: label(project, name),
      shape: "pipeline",
    });
  for (const { name, project, input } of pipelines)
    for (const { kind, fields } of inputLeaves(input)) {
      const source = kind === "pfs" ? sourceRepo(fields, project) : undefined;
      const [from, text, shape] = source
        ? ([source.join("/"), label(...source), "repo"] as const)
        : ([`schedule ${fields.spec}`, String(fields.spec), "schedule"] as const);
      // a pipeline's node is also its output repo
      if (!nodes.has(from)) nodes.set(from, { key: from, label: text, shape });
      connect(from, `${project}/${name}`);
    }
  for (const { pipeline, name, namespace } of deployments(resources)) {
    const key = `deployment ${namespace}/${name}`;
    const from = `${defaultProject}/${pipeline}`;
    if (!nodes.has(from)) continue; // another use case's
    nodes.set(key, { key, label: `${namespace}/${name}`, shape: "deployment" });
    connect(from, key);
  }
  const { lines } = flowchart([...nodes.values()], [...edges.values()]);
  return ["```mermaid", ...lines, "```", ""].join("\n");
}

function sourceRepo(
  { repo, project }: Readonly<Record<string, unknown>>,
  own: string,
): readonly [string, string] {
  return [String(project || own), String(repo)];
}

function projectOf(resources: readonly Registered[]): string {
  const provider = resources.find(({ type }) => type === "pulumi:providers:pachyderm");
  return String(provider?.inputs.project);
}

/** The deployments that deployment pipelines create on Seldon. */
function deployments(resources: readonly Registered[]) {
  return resources
    .filter(({ type }) => type === "seldon:index:DeploymentCleanup")
    .map(({ name, inputs }) => {
      const pipeline = resources.find(
        (each) => each.name === name.replace(/-deployed$/, "-pipeline"),
      );
      const spec = pipeline?.inputs.spec as { pipeline: { name: string } } | undefined;
      return { pipeline: spec?.pipeline.name, ...(inputs as { name: string; namespace: string }) };
    });
}
