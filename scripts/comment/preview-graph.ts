import { projectOf } from "../../config/named-use-cases";
import { blockOf } from "../../config/stack-file";
import type { CostReport, PipelineCost } from "../../providers/pachyderm/client";
import { block } from "../markdown/escape";
import { sizeOf } from "../markdown/limit";
import { changingSteps, type Preview, resourceName, resourceType } from "../preview/preview-json";
import { type GraphPipeline, knownPipelines, mermaidGraph } from "./graph";

/** The picture of the changes in a preview; empty if it is too large or nothing changes. */
export function previewGraph(
  preview: Preview,
  costs: CostReport | undefined,
  room: number,
): string {
  if (costs === undefined || changingSteps(preview).length === 0) return "";
  const lines = mermaidGraph(pipelinesOf(preview, costs));
  const text = lines.length === 0 ? "" : block(lines, "mermaid");
  return sizeOf(text) > room ? "" : text;
}

function pipelinesOf(preview: Preview, costs: CostReport): GraphPipeline[] {
  const known = knownPipelines(
    preview,
    projectOf({ pachyderm: blockOf(preview.config ?? {}, "pachyderm") }),
  );
  const deployments = deploymentsOf(preview);
  const byKey = new Map(costs.pipelines.map((pipeline) => [keyOf(pipeline), pipeline]));
  const keys = [...new Set([...known.keys(), ...byKey.keys()])].sort();
  return keys.map((key) => {
    const pipeline = byKey.get(key);
    const { resource = "", reads = pipeline?.because ?? [] } = known.get(key) ?? {};
    return { key, reads, deploys: deployments.get(resource), fate: fateOf(pipeline) };
  });
}

/**
 * The deployments that deployment pipelines create on Seldon, as `namespace/name`, by the
 * pipeline's resource.
 */
function deploymentsOf({ steps }: Preview): Map<string, string> {
  return new Map(
    steps.flatMap(({ urn, newState, oldState }): [string, string][] => {
      if (resourceType(urn) !== "seldon:index:DeploymentCleanup") return [];
      const { namespace, name } = (newState ?? oldState)?.inputs ?? {};
      const pipeline = resourceName(urn).replace(/-deployed$/, "-pipeline");
      return [[pipeline, `${String(namespace)}/${String(name)}`]];
    }),
  );
}

function fateOf(pipeline: PipelineCost | undefined): GraphPipeline["fate"] {
  if (pipeline === undefined) return "unchanged";
  if (pipeline.member === false) return "outside";
  if (pipeline.category === "downstream") return "downstream";
  return pipeline.category === "none" || pipeline.category === "settings" ? "unchanged" : "changed";
}

const keyOf = ({ project, name }: PipelineCost) => `${project}/${name}`;
