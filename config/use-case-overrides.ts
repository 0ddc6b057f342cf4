import { mapValues } from "../providers/kit/map-values";
import { specFieldName } from "../providers/pachyderm/rules";
import type { PipelineDefinition, UseCaseDefinition } from "../use-cases/definition";
import type { UseCaseOverrides } from "./overrides-schema";

/** The use case with the overrides applied. */
export function applyOverrides(
  definition: UseCaseDefinition,
  { data, training = {}, deployment = {}, pipelines = {} }: UseCaseOverrides,
): UseCaseDefinition {
  const { data: ownData, training: train, deployment: deploy, pipelines: further } = definition;
  return {
    ...definition,
    // checkUseCases refuses overrides of what the use case does not have
    ...(ownData && { data: { ...ownData, ...data } }),
    ...(train && { training: override(train, training) }),
    ...(deploy && { deployment: withKnownImage(deploy, override(deploy, deployment)) }),
    ...(further && {
      pipelines: mapValues(further, (pipeline, key) =>
        overridePipeline(pipeline, Object.hasOwn(pipelines, key) ? pipelines[key] : undefined),
      ),
    }),
  };
}

type PipelineOverrides = NonNullable<UseCaseOverrides["pipelines"]>[string];

function overridePipeline(
  definition: PipelineDefinition,
  { image, ...changes }: PipelineOverrides = {},
): PipelineDefinition {
  const changed = override(definition, changes);
  if (image === undefined) return changed;
  const { spec } = changed;
  return { ...changed, spec: { ...spec, transform: { ...(spec.transform as object), image } } };
}

type Deployment = NonNullable<UseCaseDefinition["deployment"]>;

/** What the definition says about its image applies only to that repository, with any tag. */
function withKnownImage(
  before: Deployment,
  { detectorCredentials, ...rest }: Deployment,
): Deployment {
  const isKnown = repositoryOf(before.image) === repositoryOf(rest.image);
  return { ...rest, ...(isKnown && detectorCredentials !== undefined && { detectorCredentials }) };
}

/** An image's name without tag or digest. */
function repositoryOf(image: unknown): string {
  return String(image)
    .replace(/@.*$/, "")
    .replace(/:[^:/]*$/, "");
}

type Resources = Pick<
  NonNullable<UseCaseOverrides["training"]>,
  "resourceRequests" | "resourceLimits"
>;

/** Resources are fields of the pipeline spec, beside others that the definition may set. */
function override<T extends { readonly spec?: object }>(definition: T, changes: Resources): T {
  const { resourceRequests, resourceLimits, ...rest } = changes;
  const resources = {
    ...(resourceRequests && { resourceRequests }),
    ...(resourceLimits && { resourceLimits }),
  };
  if (Object.keys(resources).length === 0) return { ...definition, ...rest };
  // the definition may spell the same fields differently
  const others = Object.entries(definition.spec ?? {}).filter(
    ([key]) => !Object.hasOwn(resources, specFieldName(key) ?? key),
  );
  return { ...definition, ...rest, spec: { ...Object.fromEntries(others), ...resources } };
}
