/** The use cases' data: ownership, lifetime, and access. */

import type * as pulumi from "@pulumi/pulumi";
import type { DataRepoArgs, UseCase } from "../components";
import { noteInPreview } from "../components/common/lifetime";
import { bindReader, readerOf, sharedReader } from "../components/use-case/data-reader";
import type { ExistingModelsArgs } from "../components/use-case/existing-models";
import type { Config, SelectedUseCase } from "../config";
import { fullKey } from "../config/messages";
import { DEFAULT_BRANCH } from "../providers/pachyderm/rules";
import type { Source } from "../use-cases/sources";

/** The use cases created so far, by name. */
export type Made = Readonly<Record<string, { readonly useCase: UseCase }>>;

/** The component's arguments for the use case's data. Readers of an existing repo must be requested. */
export function dataOf(
  useCase: string,
  { definition: { data }, keep, source, branch: name }: SelectedUseCase,
  { pachyderm, seldon }: Config,
  made: Made,
): DataRepoArgs | undefined {
  if (data === undefined) return undefined;
  const { grantReader: _, branch: fromBranch, commit, ...rest } = data;
  const reads = fromBranch !== undefined || commit !== undefined;
  // the component finds the repos that it creates itself by name
  const own = source?.useCase === useCase ? source.repo : undefined;
  return {
    ...rest,
    ownBranch: reads ? { name, fromBranch, commit } : undefined,
    ...(source && { repo: own ?? repoOf(source, made), inProgram: true }),
    // the id of an existing repo contains it
    project: data.existing ? pachyderm.project : undefined,
    keep,
    reader: (!data.existing && seldon.dataReader) || undefined,
  };
}

/** The repos of other use cases that the use case's further pipelines read. */
export function sourcesOf(
  { reads }: SelectedUseCase,
  made: Made,
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(reads.map((source) => [source.repo, repoOf(source, made)]));
}

/** The models of another environment, which a use case deploys instead of training. */
export function modelsOf(
  { definition: { training, deployment }, branch: name }: SelectedUseCase,
  { pachyderm: { project } }: Config,
): ExistingModelsArgs | undefined {
  if (!training?.defer) return undefined;
  const ownBranch = { name, fromBranch: deployment?.branch ?? DEFAULT_BRANCH };
  return { repo: training.name, project, ownBranch };
}

/** Reports in previews that a name without prefix refers to the stack's own repo. */
export function noteOwnRepo(
  name: string,
  { definition: { data }, source }: SelectedUseCase,
  useCase: UseCase,
): void {
  if (data === undefined || source === undefined || source.repo === data.repo) return;
  noteInPreview(
    `${fullKey(["useCases", name, "data", "repo"])} ${data.repo} is this stack's own repo ` +
      `${source.repo}, which ${source.useCase} creates`,
    useCase,
  );
}

/** The repo that another use case creates. */
function repoOf({ useCase, repo }: Source, made: Made): pulumi.Output<string> {
  const maker = made[useCase]?.useCase;
  if (maker === undefined) throw new Error(`use case ${useCase} is not created yet`);
  const output = maker.repos[repo];
  if (output === undefined) throw new Error(`use case ${useCase} does not create ${repo}`);
  return output;
}

/**
 * Lets Seldon read existing repos that request it: one binding per repo, however many use cases read
 * it, because Pachyderm has a single list of roles per repo and principal.
 */
export function grantDataReader(
  config: Config,
  provider: pulumi.ProviderResource,
  useCases: Made,
): void {
  const { dataReader } = config.seldon;
  const all = Object.entries(config.useCases).flatMap(([name, { definition, source }]) => {
    const { data, training } = definition;
    return data === undefined || training?.defer ? [] : [{ name, source, ...data }];
  });
  const asked = all.filter(({ existing, grantReader }) => existing && grantReader);
  // the use case that creates a data repo grants access to it
  for (const repo of new Set(asked.map((data) => data.repo))) {
    const { source } = all.find((data) => data.repo === repo && data.existing) ?? {};
    if (!dataReader || source?.part === "data") continue;
    // the binding of a use case that owned the repo before
    const before = all.filter((data) => data.repo === repo).map(({ name }) => readerOf(name));
    bindReader(sharedReader(repo), source ? repoOf(source, useCases) : repo, dataReader, {
      provider,
      aliases: before,
    });
  }
}
