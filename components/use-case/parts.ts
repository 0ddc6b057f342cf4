import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../../providers/kit/map-values";
import { cronRepo, DEFAULT_BRANCH, inputLeaves } from "../../providers/pachyderm/rules";
import { lifetimeOptions } from "../common/lifetime";
import type { UseCaseArgs } from "./args";
import { ownBranch, useDataRepo } from "./data-repo";
import { DeploymentPipeline } from "./deployment-pipeline";
import { readModels } from "./existing-models";
import { FurtherPipeline, type FurtherPipelineArgs } from "./further-pipeline";
import { useFurtherRepo } from "./further-repos";
import type { Owner } from "./owner";
import { once, type ProgramRepo, ProgramRepos } from "./program-repos";
import { TrainingPipeline } from "./training-pipeline";

/** The parts that a use case's arguments ask for. Each is created when it is first called. */
export interface Parts {
  readonly data: (() => ProgramRepo) | undefined;
  readonly training: (() => TrainingPipeline) | undefined;
  readonly models: (() => ProgramRepo) | undefined;
  readonly deployment: (() => DeploymentPipeline) | undefined;
  readonly repos: Readonly<Record<string, () => ProgramRepo>>;
  readonly pipelines: Readonly<Record<string, () => FurtherPipeline>>;
  /** The repos that further pipelines can read, by name. */
  readonly readable: ProgramRepos;
}

/** Each part is created after the repos that it reads, in any order of the arguments. */
export function partsOf(owner: Owner): Parts {
  const { name, args, component } = owner;
  const { training, deployment, models: existing, repos = {}, pipelines = {} } = args;
  const readable = new ProgramRepos();
  const lazily = <T>(part: string, create: () => T) => once(`UseCase "${name}": ${part}`, create);
  const trains = training !== undefined && existing === undefined;

  const data = trains ? lazily("data", () => createData(owner, readable)) : undefined;
  const train =
    trains && data ? lazily("training", () => createTraining(owner, training, data())) : undefined;
  const models = existing
    ? lazily("models", () => readModels(name, existing, component))
    : train && (() => ({ repo: train().outputRepo }));
  const deploy =
    deployment && models
      ? lazily("deployment", () => createDeployment(owner, deployment, models(), train?.()))
      : undefined;
  const parts = {
    data,
    training: train,
    models,
    deployment: deploy,
    repos: mapValues(repos, (repo, key) =>
      lazily(`repos.${key}`, () => ({ repo: useFurtherRepo(owner, key, repo) })),
    ),
    pipelines: mapValues(pipelines, ({ spec, ...rest }, key) =>
      lazily(`pipelines.${key}`, () =>
        createPipeline(owner, key, { ...rest, spec: readable.connect(spec, args.project) }),
      ),
    ),
    readable,
  };
  listRepos(args, parts);
  return parts;
}

/** Lists what further pipelines can read. */
function listRepos(args: UseCaseArgs, parts: Parts): void {
  const { readable, data, training, models, deployment } = parts;
  for (const [name, repo] of Object.entries(args.sources ?? {}))
    readable.add(name, () => ({ repo: pulumi.output(repo) }));
  // another part or resource of the program lists a repo that it creates
  if (data && !args.data?.inProgram) readable.add(args.data?.repo, data);
  if (models && args.models) readable.add(args.models.repo, models);
  if (training) readable.add(args.training?.name, () => ({ repo: training().outputRepo }));
  if (deployment) readable.add(args.deployment?.name, () => ({ repo: deployment().outputRepo }));
  for (const [key, use] of Object.entries(parts.repos))
    readable.add(args.repos?.[key]?.name ?? key, use);
  for (const [key, create] of Object.entries(parts.pipelines))
    for (const repo of outputsOf(args.pipelines?.[key]?.spec))
      readable.add(repo, () => ({ repo: create().outputRepo.apply(() => repo) }));
}

/** The names of a pipeline's output repo and of the repos for the ticks of its schedules. */
function outputsOf(spec: FurtherPipelineArgs["spec"] | undefined): string[] {
  const { name } = (spec?.pipeline ?? {}) as { readonly name?: unknown };
  if (typeof name !== "string") return [];
  const crons = inputLeaves(spec?.input).filter(({ kind }) => kind === "cron");
  return [name, ...crons.map(({ fields }) => cronRepo(name, fields))];
}

function createData({ name, args, component, ...owner }: Owner, readable: ProgramRepos) {
  const { data, training } = args;
  if (data === undefined)
    throw new pulumi.RunError(`UseCase "${name}": data is missing: training requires it`);
  const own = data.inProgram ? readable.get(data.repo) : undefined;
  const settings = { ...data, repo: own?.repo ?? data.repo };
  const lifetime = lifetimeOptions(owner.lifetime, owner.protect);
  const repo = useDataRepo(name, settings, lifetime, component);
  if (data.ownBranch === undefined) return { repo };
  const branch = ownBranch(`${name}-data-branch`, repo, data.project, data.ownBranch, component);
  return { repo, branch: { name: branch, of: training?.branch ?? DEFAULT_BRANCH } };
}

function createTraining(
  { name, args, component: parent, protect, lifetime }: Owner,
  training: NonNullable<UseCaseArgs["training"]>,
  { repo: dataRepo, branch }: ProgramRepo,
): TrainingPipeline {
  return new TrainingPipeline(
    `${name}-training`,
    {
      ...training,
      ...(branch && { branch: branch.name }),
      secret: args.secret,
      dataRepo,
      ...lifetime,
    },
    { parent, protect },
  );
}

function createDeployment(
  { name, args, component: parent, protect, lifetime }: Owner,
  deployment: NonNullable<UseCaseArgs["deployment"]>,
  { repo: modelRepo, branch }: ProgramRepo,
  training: TrainingPipeline | undefined,
): DeploymentPipeline {
  const { secret, detectBucketUri, namespace } = args;
  return new DeploymentPipeline(
    `${name}-deployment`,
    {
      ...deployment,
      secret,
      detectBucketUri,
      namespace,
      modelRepo,
      ...(branch && { branch: branch.name }),
      ...lifetime,
    },
    { parent, dependsOn: training ?? [], protect },
  );
}

function createPipeline(
  { name, args, component: parent, protect, lifetime }: Owner,
  key: string,
  pipeline: Omit<FurtherPipelineArgs, "secret">,
): FurtherPipeline {
  const all = { ...pipeline, secret: args.secret, ...lifetime };
  return new FurtherPipeline(`${name}-${key}`, all, { parent, protect });
}
