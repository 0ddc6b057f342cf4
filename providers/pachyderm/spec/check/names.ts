import { quoted, shortened } from "../../../kit/quote";
import type { SpecOptions } from "../canonical";
import type { SpecNode } from "./node";
import type { Problems } from "./problem";
import { letterProblem } from "./syntax";

/** Pachyderm's limits for names of pipelines and projects, in bytes (names are ASCII). */
export const MAX_NAME = 51;
/** Kubernetes allows 63 for `<project>-<pipeline>-v99`. */
const MAX_BOTH_NAMES = 58;

/** The pipeline's name and project. */
export function checkNames(spec: SpecNode, problems: Problems, options: SpecOptions): void {
  const pipeline = spec.field("pipeline");
  const projectNode = pipeline.field("project").field("name");
  for (const node of [pipeline.field("name"), projectNode]) {
    if (node.text === undefined) continue;
    const reason = longNameProblem(node.text);
    if (reason !== undefined) problems.fail(node, `${reason}, found ${quoted(node.text)}`);
  }
  const isNamed = !pipeline.field("project").isKnown || !projectNode.isKnown || projectNode.isSet;
  const defaultProblem = isNamed ? undefined : longNameProblem(options.project);
  if (defaultProblem !== undefined) {
    problems.fail(
      pipeline.field("project"),
      `is not set, and the name of the provider's project ${defaultProblem}`,
    );
  }
  const name = pipeline.field("name").text;
  const project = projectOf(spec, options);
  if (name === undefined || project === undefined) return;
  const reason = name.length > MAX_NAME ? undefined : bothNamesProblem(name, project);
  if (reason !== undefined) problems.fail(pipeline.field("name"), reason);
}

/** The project that the pipeline will be in, if it is known. */
export function projectOf(spec: SpecNode, options: SpecOptions): string | undefined {
  const pipeline = spec.field("pipeline");
  const project = pipeline.field("project");
  const name = project.field("name");
  if (![pipeline, project, name].every((node) => node.isKnown)) return undefined;
  return name.isSet ? name.text : options.project;
}

/** What is wrong with the name of a pipeline or project, as a phrase that follows the name. */
export function longNameProblem(name: string): string | undefined {
  const reason = letterProblem(name);
  if (reason !== undefined) return reason;
  if (!/^[a-zA-Z0-9]/.test(name)) return "must start with a letter or digit";
  if (name.length <= MAX_NAME) return undefined;
  return `is ${name.length} characters long, but at most ${MAX_NAME} are allowed`;
}

/**
 * Whether the names of a pipeline and its project are too long together, as a phrase that follows
 * the pipeline's name.
 */
export function bothNamesProblem(name: string, project: string): string | undefined {
  const length = name.length + project.length;
  if (length <= MAX_BOTH_NAMES) return undefined;
  return (
    `is ${length} characters long together with the name of the project ${shortened(project)}, ` +
    `but at most ${MAX_BOTH_NAMES} fit in the names of Kubernetes objects`
  );
}
