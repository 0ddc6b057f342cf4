import { mapValues } from "../providers/kit/map-values";
import { DEFAULT_PROJECT } from "../providers/pachyderm/rules";
import type { NamedUseCase, UseCaseDefinition } from "../use-cases/definition";
import { prefixPipeline } from "../use-cases/further-pipelines";
import { reposMade } from "../use-cases/sources";
import type { UseCaseOverrides } from "./overrides-schema";
import { applyOverrides } from "./use-case-overrides";

/** The selected use cases by name, with overrides applied and names prefixed. */
export function nameUseCases(
  definitions: Readonly<Record<string, UseCaseDefinition>>,
  { namePrefix = "", useCases: selected = {}, pachyderm }: NamedValues,
): Record<string, NamedUseCase> {
  const changed = Object.entries(selected).flatMap(([name, overrides]) => {
    const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
    if (definition === undefined) return []; // checkUseCases refuses it
    return [[name, applyOverrides(definition, overrides)] as const];
  });
  const made = new Set(changed.flatMap((entry) => reposMade(...entry)).map(({ repo }) => repo));
  const own = { made, project: projectOf({ pachyderm }) };
  return Object.fromEntries(
    changed.map(([name, definition]) => [name, prefixNames(namePrefix, definition, own)]),
  );
}

interface NamedValues {
  readonly namePrefix?: string;
  readonly useCases?: Readonly<Record<string, UseCaseOverrides>>;
  readonly pachyderm?: { readonly project?: string } | undefined;
}

/** The Pachyderm project of the stack, or the default if the configuration could not be read. */
export function projectOf({ pachyderm }: Pick<NamedValues, "pachyderm">): string {
  return pachyderm?.project ?? DEFAULT_PROJECT;
}

/** The stack's own repos by name without prefix, and their project. */
interface OwnRepos {
  readonly made: ReadonlySet<string>;
  readonly project: string;
}

/** The use case with the prefix on every name that shares a namespace with other environments. */
export function prefixNames(
  prefix: string,
  definition: UseCaseDefinition,
  own: OwnRepos,
): NamedUseCase {
  const { data, training, deployment, repos, pipelines } = definition;
  return {
    ...definition,
    ...(data && { data: data.existing === true ? data : { ...data, repo: prefix + data.repo } }),
    // a pipeline of another environment keeps its name
    ...(training && {
      training:
        training.defer === true
          ? training
          : { ...training, name: prefix + training.name, model: prefix + training.model },
    }),
    ...(deployment && {
      deployment: {
        ...deployment,
        name: prefix + deployment.name,
        deployName: prefix + deployment.deployName,
      },
    }),
    ...(repos && { repos: prefixRepos(prefix, repos) }),
    ...(pipelines && {
      pipelines: mapValues(pipelines, (pipeline) => prefixPipeline(prefix, pipeline, own)),
    }),
  };
}

function prefixRepos(
  prefix: string,
  repos: NonNullable<UseCaseDefinition["repos"]>,
): NonNullable<NamedUseCase["repos"]> {
  return mapValues(repos, (repo, key) => ({ ...repo, name: repo.existing ? key : prefix + key }));
}
