import { isMap } from "../../providers/kit/values";
import { inputLeaves } from "../../providers/pachyderm/rules";
import { type FlowchartNode, flowchart } from "../graph/flowchart";
import { type Preview, resourceName, resourceType } from "../preview/preview-json";

/** Draws what a preview's pipelines read, and what happens to them. */
export interface GraphPipeline {
  /** `project/name`. */
  readonly key: string;
  /** The repos that it reads, as `project/name`. */
  readonly reads: readonly string[];
  /** The deployment that it creates on Seldon, as `namespace/name`. */
  readonly deploys?: string | undefined;
  readonly fate: "changed" | "downstream" | "outside" | "unchanged";
}

/** A graph with more nodes is not readable. */
const MOST_NODES = 60;
/** GitHub does not draw a graph with 280 edges or more. */
const MOST_EDGES = 279;

/** A pipeline of a preview. */
export interface KnownPipeline {
  /** The name of its resource. */
  readonly resource: string;
  /** The repos that it reads, as `project/name`. */
  readonly reads: readonly string[];
}

/** The pipelines that a preview knows, by `project/name`. */
export function knownPipelines(
  { steps }: Preview,
  defaultProject: string,
): Map<string, KnownPipeline> {
  const found = new Map<string, KnownPipeline>();
  for (const { urn, newState, oldState } of steps) {
    if (resourceType(urn) !== "pachyderm:index:Pipeline") continue;
    const spec = (newState ?? oldState)?.inputs?.spec;
    if (!isMap(spec) || !isMap(spec.pipeline)) continue;
    const project = projectOf(spec.pipeline) ?? defaultProject;
    const repos = reposOf(spec.input, project);
    found.set(`${project}/${String(spec.pipeline.name)}`, {
      resource: resourceName(urn),
      reads: [...new Set(repos)],
    });
  }
  return found;
}

/** The repos of an input at any depth: `pfs` may be inside a cross, union, join or group. */
function reposOf(input: unknown, project: string): string[] {
  return inputLeaves(input).flatMap(({ kind, fields }) =>
    kind === "pfs" && typeof fields.repo === "string"
      ? [`${typeof fields.project === "string" ? fields.project : project}/${fields.repo}`]
      : [],
  );
}

function projectOf(pipeline: Record<string, unknown>): string | undefined {
  const { project } = pipeline;
  return isMap(project) && typeof project.name === "string" ? project.name : undefined;
}

/**
 * The picture of repos, pipelines and deployments: changes are coloured, pipelines outside the
 * stack are dashed.
 */
export function mermaidGraph(pipelines: readonly GraphPipeline[]): string[] {
  const shown = pipelines.filter(({ fate }) => fate !== "unchanged");
  const nodes = nodesOf(shown, new Set(pipelines.map(({ key }) => key)));
  const edges = shown.flatMap(({ key, reads, deploys }) => [
    ...reads.map((repo) => [repo, key] as const),
    ...(deploys === undefined ? [] : [[key, deploymentKey(deploys)] as const]),
  ]);
  if (shown.length === 0 || nodes.length > MOST_NODES || edges.length > MOST_EDGES) return [];
  const { lines, ids } = flowchart(nodes, edges);
  const classes = (["changed", "downstream", "outside"] as const).flatMap((fate) => {
    const members = shown.filter((one) => one.fate === fate).map(({ key }) => ids.get(key));
    return members.length === 0 ? [] : [`  class ${members.join(",")} ${fate}`];
  });
  return [...lines, ...STYLES, ...classes];
}

/** The nodes for what is read and created; a pipeline's node is also its output repo. */
function nodesOf(shown: readonly GraphPipeline[], makers: ReadonlySet<string>): FlowchartNode[] {
  const keys = new Set(shown.flatMap(({ key, reads }) => [key, ...reads]));
  const nodes = [...keys].sort().map((key): FlowchartNode => {
    const label = key.replace(/^default\//, "");
    return { key, label, shape: makers.has(key) ? "pipeline" : "repo" };
  });
  const deployments = shown.flatMap(({ deploys }): FlowchartNode[] =>
    deploys === undefined
      ? []
      : [{ key: deploymentKey(deploys), label: deploys, shape: "deployment" }],
  );
  return [...nodes, ...deployments];
}

/** A deployment and a pipeline may have the same name. */
const deploymentKey = (deploys: string) => `deployment ${deploys}`;

const STYLES = [
  "  classDef changed fill:#f9c97c,stroke:#b35900,color:#000",
  "  classDef downstream fill:#fdf0d5,stroke:#b35900,color:#000",
  "  classDef outside fill:#fdf0d5,stroke:#b35900,color:#000,stroke-dasharray:4 3",
];
