/** Reads the plain blocks of a further pipeline's spec. */
import { cronRepo, inputLeaves, mapInputLeaves, repoRead } from "../providers/pachyderm/rules";
import type { PipelineDefinition } from "./definition";

/** The pipeline's name, and that of its output repo. */
export function pipelineName({ spec }: PipelineDefinition): string {
  return String((spec.pipeline as { readonly name: unknown }).name);
}

/** The names of the repos that hold the ticks of its schedules. */
export function cronRepos(pipeline: PipelineDefinition): string[] {
  return inputLeaves(pipeline.spec.input)
    .filter(({ kind }) => kind === "cron")
    .map(({ fields }) => cronRepo(pipelineName(pipeline), fields));
}

/** The names of the repos of a project that the pipeline, which is in the same project, reads. */
export function reposRead({ spec }: PipelineDefinition, project: string): string[] {
  const names = inputLeaves(spec.input).flatMap((leaf) => repoRead(leaf, project) ?? []);
  return [...new Set(names)];
}

/** The pipeline with the prefix on its name, on the names of its repos, and on the repos in `made`. */
export function prefixPipeline(
  prefix: string,
  definition: PipelineDefinition,
  { made, project }: { readonly made: ReadonlySet<string>; readonly project: string },
): PipelineDefinition {
  const { spec } = definition;
  const input = mapInputLeaves(spec.input, (leaf) => {
    const { kind, fields } = leaf;
    // Pachyderm names the repo of a schedule after the pipeline, unless the spec names it
    const name = kind === "cron" ? fields.repo : repoRead(leaf, project);
    const isOwn = kind === "cron" ? Boolean(name) : made.has(String(name));
    return isOwn ? { ...fields, repo: `${prefix}${name}` } : fields;
  });
  return {
    ...definition,
    spec: {
      ...spec,
      pipeline: { ...(spec.pipeline as { name: string }), name: prefix + pipelineName(definition) },
      ...(spec.input !== undefined && { input: input as typeof spec.input }),
    },
  };
}
