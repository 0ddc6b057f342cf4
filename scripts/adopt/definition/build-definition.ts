/** Builds the use case that reproduces pipelines. */
import { isEnvironmentVariable } from "../../../components/common/names";
import { isMap, type Value, type ValueMap } from "../../../providers/kit/values";
import type { PipelineSpec } from "../../../providers/pachyderm";
import {
  cronRepo,
  inputLeaves,
  mapInputLeaves,
  repoRead,
} from "../../../providers/pachyderm/rules";
import type { PipelineDefinition, UseCaseDefinition } from "../../../use-cases/definition";
import type { CheckedSpec } from "../check/check-specs";
import { readableSpec } from "./readable-spec";
import {
  type StackAdditions,
  type TakenDeployment,
  type TakenTraining,
  takeDeployment,
  takeTraining,
} from "./take-apart";

/** How the use case defines a repo that its pipelines read. */
export type Ownership = "existing" | "own" | "unlisted";

export interface BuildOptions {
  readonly additions: StackAdditions;
  /** Called for each input repo of the stack's project that none of the pipelines creates. */
  readonly ownershipOf: (repo: string) => Ownership;
}

/** A pipeline in the use case. */
export interface Member {
  readonly spec: CheckedSpec;
  /** Where it is in the definition: `training`, `deployment` or `pipelines.KEY`. */
  readonly part: string;
}

export interface Built {
  readonly definition: UseCaseDefinition;
  readonly members: readonly Member[];
  /** The address of the detectors' bucket, if there is a deployment. */
  readonly detectBucketUri: string | undefined;
}

interface Taken {
  readonly spec: CheckedSpec;
  readonly training?: TakenTraining | undefined;
  readonly deployment?: TakenDeployment | undefined;
}

/** Builds the definition of a use case with exactly these pipelines of the stack's project. */
export async function buildDefinition(
  specs: readonly CheckedSpec[],
  { additions, ownershipOf }: BuildOptions,
): Promise<Built> {
  const taken = await Promise.all(specs.map((spec) => takeApart(spec, additions)));
  const { trains, deploys } = choose(taken, additions);
  const further = taken.filter((each) => each !== trains && each !== deploys);
  const made = new Set(specs.flatMap(reposMadeBy));
  const keyed = withKeys(further, additions);
  const repos = readRepos(further, made, trains?.training?.dataRepo, { additions, ownershipOf });
  return {
    definition: {
      ...(trains?.training && {
        data: dataOf(trains.training.dataRepo, made, { additions, ownershipOf }),
        training: trains.training.training,
      }),
      ...(deploys?.deployment && { deployment: deploys.deployment.deployment }),
      ...(Object.keys(repos).length > 0 && { repos }),
      ...(keyed.length > 0 && {
        pipelines: Object.fromEntries(
          keyed.map(([key, { spec }]) => [key, furtherPipeline(spec.spec, made, additions)]),
        ),
      }),
    },
    members: [
      ...(trains ? [{ spec: trains.spec, part: "training" }] : []),
      ...(deploys ? [{ spec: deploys.spec, part: "deployment" }] : []),
      ...keyed.map(([key, { spec }]) => ({ spec, part: `pipelines.${key}` })),
    ],
    detectBucketUri: deploys?.deployment?.detectBucketUri,
  };
}

async function takeApart(spec: CheckedSpec, additions: StackAdditions): Promise<Taken> {
  const training = await takeTraining(spec.spec, additions);
  if (training !== undefined) return { spec, training };
  return { spec, deployment: await takeDeployment(spec.spec, additions) };
}

/** The training with its deployment, if there is one; a use case has at most one of each. */
function choose(taken: readonly Taken[], { prefix }: StackAdditions) {
  const readerOf = ({ training }: Taken) =>
    taken.find(({ deployment }) => deployment?.modelRepo === `${prefix}${training?.training.name}`);
  const trainings = taken.filter(({ training }) => training !== undefined);
  const trains = trainings.find((each) => readerOf(each) !== undefined) ?? trainings[0];
  return { trains, deploys: trains && readerOf(trains) };
}

/** Keys that name the resources of the use case's own parts. */
const TAKEN_KEYS = ["data", "training", "deployment"];

/** The pipelines by key, which is their name unless it is taken. */
function withKeys(taken: readonly Taken[], { prefix }: StackAdditions) {
  const names = taken.map(({ spec }) => withoutPrefix(spec.name, prefix));
  const used = new Set(names);
  return taken.map((each, index) => {
    const name = names[index] ?? "";
    if (!TAKEN_KEYS.includes(name)) return [name, each] as const;
    let key = `${name}-pipeline`;
    for (let number = 2; used.has(key); number++) key = `${name}-pipeline-${number}`;
    used.add(key);
    return [key, each] as const;
  });
}

function dataOf(
  repo: string,
  made: ReadonlySet<string>,
  { additions, ownershipOf }: BuildOptions,
): NonNullable<UseCaseDefinition["data"]> {
  // a pipeline of the use case creates it
  if (made.has(repo)) return { repo: withoutPrefix(repo, additions.prefix), existing: true };
  return ownershipOf(repo) === "own"
    ? { repo: withoutPrefix(repo, additions.prefix) }
    : { repo, existing: true };
}

function readRepos(
  further: readonly Taken[],
  made: ReadonlySet<string>,
  data: string | undefined,
  { additions, ownershipOf }: BuildOptions,
): NonNullable<UseCaseDefinition["repos"]> {
  const read = further.flatMap(({ spec }) =>
    inputLeaves(spec.spec.input).flatMap((leaf) => repoRead(leaf, additions.project) ?? []),
  );
  const others = [...new Set(read)].filter((repo) => !made.has(repo) && repo !== data);
  return Object.fromEntries(
    others.flatMap((repo) => {
      const ownership = ownershipOf(repo);
      if (ownership === "unlisted") return [];
      if (ownership === "existing") return [[repo, { existing: true }]];
      return [[withoutPrefix(repo, additions.prefix), {}]];
    }),
  );
}

/** The repos that a pipeline creates: its output repo, and the cron repos of its schedules. */
function reposMadeBy({ spec, name }: CheckedSpec): string[] {
  const schedules = inputLeaves(spec.input).filter(({ kind }) => kind === "cron");
  return [name, ...schedules.map(({ fields }) => cronRepo(name, fields))];
}

/**
 * The unchanged pipeline, without the stack's prefix on its own names.
 *
 * @param keyCount how many of the last Secrets become `secretKeys`; default: as many as possible
 */
export function furtherPipeline(
  spec: ValueMap,
  made: ReadonlySet<string>,
  { prefix, project, secret }: StackAdditions,
  keyCount?: number,
): PipelineDefinition {
  const readable = readableSpec(spec) as ValueMap;
  const name = isMap(readable.pipeline) ? String(readable.pipeline.name) : "";
  const { rest, keys } = withoutSecretKeys(readable, secret, keyCount);
  const input = mapInputLeaves(rest.input, (leaf) => {
    const repo = leaf.kind === "cron" ? leaf.fields.repo : repoRead(leaf, project);
    if (typeof repo !== "string" || !made.has(repo)) return leaf.fields;
    return { ...leaf.fields, repo: withoutPrefix(repo, prefix) };
  }) as Value | undefined;
  const { pipeline: _, description, input: __, transform, ...others } = rest;
  // in the usual order; the project is the stack's
  const own = {
    pipeline: { name: withoutPrefix(name, prefix) },
    ...(description !== undefined && { description }),
    ...(input !== undefined && { input }),
    ...(transform !== undefined && { transform }),
    ...others,
  };
  return {
    spec: own as unknown as PipelineSpec,
    ...(keys.length > 0 && { secretKeys: keys }),
  };
}

/** The last entries of `transform.secrets` that `secretKeys` would make from the stack's Secret. */
function withoutSecretKeys(
  spec: ValueMap,
  secretName: string,
  most = Number.POSITIVE_INFINITY,
): { rest: ValueMap; keys: string[] } {
  const { transform } = spec;
  const secrets = isMap(transform) && Array.isArray(transform.secrets) ? transform.secrets : [];
  const keys: string[] = [];
  let kept = secrets.length;
  for (; kept > 0 && keys.length < most; kept--) {
    const key = ownKey(secrets[kept - 1] ?? null, secretName);
    if (key === undefined || keys.includes(key)) break;
    keys.unshift(key);
  }
  if (keys.length === 0 || !isMap(transform)) return { rest: spec, keys: [] };
  const { secrets: _, ...others } = transform;
  const left = kept > 0 ? { ...others, secrets: secrets.slice(0, kept) } : others;
  return { rest: { ...spec, transform: left }, keys };
}

function ownKey(secret: Value, secretName: string): string | undefined {
  if (!isMap(secret) || secret.name !== secretName || typeof secret.key !== "string")
    return undefined;
  const { key } = secret;
  const isOwn = Object.keys(secret).length === 3 && secret.envVar === key.toUpperCase();
  return isOwn && isEnvironmentVariable(key) ? key : undefined;
}

function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
