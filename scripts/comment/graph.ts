import { isMap } from "../../providers/kit/values";
import { inputLeaves } from "../../providers/pachyderm/rules";
import { type FlowchartNode, flowchart } from "../graph/flowchart";
import { type Preview, resourceType } from "../preview/preview-json";

/** What a preview's pipelines read and what happens to them, for the picture. */
export interface GraphPipeline {
  /** `project/name`. */
  readonly key: string;
  /** The repos that it reads, as `project/name`. */
  readonly reads: readonly string[];
  readonly fate: "changed" | "downstream" | "outside" | "unchanged";
}

/** More nodes than this nobody can read, and GitHub draws none from 280 edges on. */
const MOST_NODES = 60;

/** The input repos of the pipelines that a preview knows, by `project/name` of the pipeline. */
export function readsOf({ steps }: Preview, defaultProject: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { urn, newState, oldState } of steps) {
    if (resourceType(urn) !== "pachyderm:index:Pipeline") continue;
    const spec = (newState ?? oldState)?.inputs?.spec;
    if (!isMap(spec) || !isMap(spec.pipeline)) continue;
    const project = projectOf(spec.pipeline) ?? defaultProject;
    const repos = reposOf(spec.input, project);
    found.set(`${project}/${String(spec.pipeline.name)}`, [...new Set(repos)]);
  }
  return found;
}

/** The repos of an input, however deep: `pfs` may stand in a cross, union, join or group. */
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

/** The picture: repos and pipelines, what changes coloured, what is outside dashed. */
export function mermaidGraph(pipelines: readonly GraphPipeline[]): string[] {
  const shown = pipelines.filter(({ fate }) => fate !== "unchanged");
  const kept = new Set(shown.flatMap(({ key, reads }) => [key, ...reads]));
  if (shown.length === 0 || kept.size > MOST_NODES) return [];
  const makers = new Set(pipelines.map(({ key }) => key));
  const nodes = [...kept].sort().map((key): FlowchartNode => {
    const label = key.replace(/^default\//, "");
    return { key, label, shape: makers.has(key) ? "pipeline" : "repo" };
  });
  const edges = shown.flatMap(({ key, reads }) => reads.map((repo) => [repo, key] as const));
  const { lines, ids } = flowchart(nodes, edges);
  const classes = (["changed", "downstream", "outside"] as const).flatMap((fate) => {
    const members = shown.filter((one) => one.fate === fate).map(({ key }) => ids.get(key));
    return members.length === 0 ? [] : [`  class ${members.join(",")} ${fate}`];
  });
  return [...lines, ...STYLES, ...classes];
}

const STYLES = [
  "  classDef changed fill:#f9c97c,stroke:#b35900,color:#000",
  "  classDef downstream fill:#fdf0d5,stroke:#b35900,color:#000",
  "  classDef outside fill:#fdf0d5,stroke:#b35900,color:#000,stroke-dasharray:4 3",
];
