/** The use cases' data: ownership, lifetime, and access. */
import type * as pulumi from "@pulumi/pulumi";
import type { UseCase } from "../components";
import { noteInPreview } from "../components/common/lifetime";
import { bindReader, readerOf, sharedReader } from "../components/use-case/data-reader";
import type { ExistingModelsArgs } from "../components/use-case/use-case";
import type { Config, SelectedUseCase } from "../config";
import { fullKey } from "../config/messages";
import type { Source } from "../use-cases/sources";

/** The use cases created so far, by name. */
export type Made = Readonly<Record<string, { readonly useCase: UseCase }>>;

/** The component's arguments for the use case's data. Readers of an existing repo must be requested. */
export function dataOf(
  { definition: { data }, source, branch: name }: SelectedUseCase,
  { pachyderm, seldon, ...config }: Config,
  made: Made,
) {
  const { grantReader: _, branch: fromBranch, commit, ...rest } = data;
  const reads = fromBranch !== undefined || commit !== undefined;
  return {
    ...rest,
    ownBranch: reads ? { name, fromBranch, commit } : undefined,
    ...(source && { repo: repoOf(source, made), inProgram: true }),
    // the id of an existing repo contains it
    project: data.existing ? pachyderm.project : undefined,
    keep: (data.keep ?? false) || config.data.keep,
    reader: (!data.existing && seldon.dataReader) || undefined,
  };
}

/** The models of another environment that a use case deploys instead of training. */
export function modelsOf(
  { definition: { training, deployment }, branch: name }: SelectedUseCase,
  { pachyderm: { project } }: Config,
): ExistingModelsArgs | undefined {
  if (!training.defer) return undefined;
  const ownBranch = { name, fromBranch: deployment.branch ?? "master" };
  return { repo: training.name, project, ownBranch };
}

/** Reports in previews that a name without prefix refers to the stack's own repo. */
export function noteOwnRepo(
  name: string,
  { definition: { data }, source }: SelectedUseCase,
  useCase: UseCase,
): void {
  if (source === undefined || source.repo === data.repo) return;
  noteInPreview(
    `${fullKey(["useCases", name, "data", "repo"])} ${data.repo} is this stack's own repo ` +
      `${source.repo}, which ${source.useCase} creates`,
    useCase,
  );
}

/** The repo that another use case creates. */
function repoOf({ useCase, part }: Source, made: Made): pulumi.Output<string> {
  const maker = made[useCase]?.useCase;
  if (maker === undefined) throw new Error(`use case ${useCase} is not created yet`);
  const { dataRepo: data, modelRepo: training, deploymentRepo: deployment } = maker;
  const repo = { data, training, deployment }[part];
  if (repo === undefined) throw new Error(`use case ${useCase} creates no ${part}`);
  return repo;
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
  const all = Object.entries(config.useCases)
    .filter(([, { definition }]) => !definition.training.defer)
    .map(([name, { definition, source }]) => ({ name, source, ...definition.data }));
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
