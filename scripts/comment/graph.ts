import { isMap } from "../../providers/kit/values";
import { type Preview, resourceType } from "../preview/preview-json";
import { cut, mermaidLabel } from "./escape";

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
  if (Array.isArray(input)) return input.flatMap((part) => reposOf(part, project));
  if (!isMap(input)) return [];
  const { pfs, ...others } = input;
  const own = isMap(pfs) && typeof pfs.repo === "string" ? [repoOf(pfs, project)] : [];
  return [...own, ...Object.values(others).flatMap((part) => reposOf(part, project))];
}

function repoOf(pfs: Record<string, unknown>, project: string): string {
  return `${typeof pfs.project === "string" ? pfs.project : project}/${String(pfs.repo)}`;
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
  const ids = new Map([...kept].sort().map((key, index) => [key, `n${index}`]));
  const makers = new Set(pipelines.map(({ key }) => key));
  const nodes = [...ids].map(([key, id]) => {
    const label = mermaidLabel(cut(key.replace(/^default\//, ""), 60));
    return makers.has(key) ? `  ${id}[${label}]` : `  ${id}[(${label})]`;
  });
  const edges = shown.flatMap(({ key, reads }) =>
    reads.map((repo) => `  ${ids.get(repo)} --> ${ids.get(key)}`),
  );
  const classes = (["changed", "downstream", "outside"] as const).flatMap((fate) => {
    const members = shown.filter((one) => one.fate === fate).map(({ key }) => ids.get(key));
    return members.length === 0 ? [] : [`  class ${members.join(",")} ${fate}`];
  });
  return ["flowchart LR", ...nodes, ...edges, ...STYLES, ...classes];
}

const STYLES = [
  "  classDef changed fill:#f9c97c,stroke:#b35900,color:#000",
  "  classDef downstream fill:#fdf0d5,stroke:#b35900,color:#000",
  "  classDef outside fill:#fdf0d5,stroke:#b35900,color:#000,stroke-dasharray:4 3",
];
