import { createHash } from "node:crypto";
import { z } from "zod";
import {
  checkBranchName,
  checkCommitId,
  checkImageName,
  checkRepoName,
} from "../components/common/names";
import { mapValues } from "../providers/kit/map-values";
import { DEFAULT_PROJECT, parseTimeLimit, specFieldName } from "../providers/pachyderm/rules";
import { maxNamespaceLength } from "../providers/seldon/rules";
import type { NamedUseCase, PipelineDefinition, UseCaseDefinition } from "../use-cases/definition";
import { prefixPipeline } from "../use-cases/further-pipelines";
import { reposMade } from "../use-cases/sources";

const text = (expected: string) =>
  z.string({ error: expected }).min(1, { error: expected }).optional();
/** Text with a check of the components, which describes the problem. */
const checkedText = (expected: string, check: (value: string) => string | undefined) =>
  z
    .string({ error: expected })
    .superRefine((value, context) => {
      const problem = check(value);
      if (problem !== undefined) context.addIssue({ code: "custom", message: `it ${problem}` });
    })
    .optional();
const image = () => checkedText("expected the name of a container image", checkImageName);
const flag = () => z.boolean({ error: "expected true or false" }).optional();
const count = (expected: string) =>
  z.int({ error: expected }).positive({ error: expected }).optional();
const block = { error: "expected an object" };

/** A duration, for `budget` and `refuseWhileRunning`. */
export const duration = () => {
  const expected = "expected a time such as 4h, 90m or 1h30m";
  return z
    .string({ error: expected })
    .refine((text) => parseTimeLimit(text) !== undefined, { error: expected });
};

/** https://docs.pachyderm.com/latest/build-dags/pipeline-spec/resource-requests/ */
const resources = () =>
  z
    .strictObject(
      {
        /** Cores. */
        cpu: z.number({ error: "expected a number of cores, such as 0.5" }).positive().optional(),
        /** Bytes with a unit. */
        memory: text("expected an amount of memory, such as 4Gi"),
        /** Bytes with a unit. */
        disk: text("expected an amount of disk, such as 10Gi"),
        gpu: z
          .strictObject(
            {
              /** The resource's name in Kubernetes. */
              type: z.string({ error: "expected a kind of GPU, such as nvidia.com/gpu" }),
              number: z.int({ error: "expected a whole number of GPUs" }).positive(),
            },
            block,
          )
          .optional(),
      },
      block,
    )
    .optional();

const reprocess = "expected a string, such as today's date in quotes";
const requests = "expected a whole number of requests, 1 or more";

/** What a stack's configuration may change in a use case. Omitted keys keep their values. */
export const overridesSchema = z.strictObject(
  {
    data: z
      .strictObject(
        {
          /** The repo for the training data. */
          repo: checkedText("expected the name of a repo", checkRepoName),
          /** Whether the repo exists outside of the stack: used, never changed or deleted. */
          existing: flag(),
          /** The branch of the existing repo that the use case's own branch of it starts at. */
          branch: checkedText("expected the name of a branch", checkBranchName),
          /** The commit of the existing repo that the use case's own branch of it is at. */
          commit: checkedText(
            "expected the id of a commit (in quotes if it has only digits)",
            checkCommitId,
          ),
          /** Whether data and models are kept when the use case leaves the stack. */
          keep: flag(),
          /** Whether `seldon.dataReader` gets access to the repo although it is an existing one. */
          grantReader: flag(),
        },
        block,
      )
      .optional(),
    training: z
      .strictObject(
        {
          /** Whether models of the pipeline without prefix are deployed instead of training. */
          defer: flag(),
          /** The training image. */
          image: image(),
          /** The Git repository of the experiment. */
          gitUrl: text("expected the URL of a Git repository"),
          /** The branch, tag or commit of the experiment. */
          gitRef: text("expected a Git branch, tag or commit (in quotes if it has only digits)"),
          /** The experiment's folder in the Git repository. */
          subDir: text("expected a folder of the Git repository"),
          /** The experiment's configuration file. */
          config: text("expected a file in the experiment's folder"),
          /** Any text; when it changes, the next update processes all datums again, once. */
          reprocess: z.string({ error: reprocess }).optional(),
          /** What each worker asks Kubernetes for. */
          resourceRequests: resources(),
          /** What each worker may use at most. */
          resourceLimits: resources(),
        },
        block,
      )
      .optional(),
    deployment: z
      .strictObject(
        {
          /** The deployment image. */
          image: image(),
          /** The image that serves the model. */
          servingImage: image(),
          /** How many requests a detector evaluates in one batch. */
          detectBatchSize: count(requests),
          /** Any text; when it changes, the next update processes all datums again, once. */
          reprocess: z.string({ error: reprocess }).optional(),
          /** What each worker asks Kubernetes for. */
          resourceRequests: resources(),
          /** What each worker may use at most. */
          resourceLimits: resources(),
        },
        block,
      )
      .optional(),
    /** Further pipelines, by the key that the use case has for them. */
    pipelines: z
      .record(
        z.string(),
        z.strictObject(
          {
            /** The pipeline's image. */
            image: image(),
            /** Any text; when it changes, the next update processes all datums again, once. */
            reprocess: z.string({ error: reprocess }).optional(),
            /** What each worker asks Kubernetes for. */
            resourceRequests: resources(),
            /** What each worker may use at most. */
            resourceLimits: resources(),
          },
          block,
        ),
        { error: "expected an object with pipelines by their key in the use case" },
      )
      .optional(),
    /** Refuses an update that would kill a job which has run for this long. Default: no update is refused. */
    refuseWhileRunning: duration().optional(),
    /** The parts of the platform that are dedicated to the use case instead of shared. */
    dedicated: z
      .strictObject(
        {
          /** A dedicated Secret. */
          secret: flag(),
          /** A dedicated detector bucket. */
          bucket: flag(),
          /** A dedicated Seldon namespace, which implies a dedicated Secret, because the Secret names it. */
          namespace: flag(),
        },
        block,
      )
      .optional(),
  },
  { error: "expected an object with overrides, or {} for none" },
);

export type UseCaseOverrides = z.infer<typeof overridesSchema>;

/** What is dedicated to a use case. */
export interface Dedicated {
  readonly secret: boolean;
  readonly bucket: boolean;
  readonly namespace: boolean;
}

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

/** The Pachyderm project of the stack; a default where the configuration could not be read. */
export function projectOf({ pachyderm }: Pick<NamedValues, "pachyderm">): string {
  return pachyderm?.project ?? DEFAULT_PROJECT;
}

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

/** What is dedicated; a namespace implies a Secret, which names it. */
export function readDedicated({ dedicated = {} }: UseCaseOverrides): Dedicated {
  const { secret = false, bucket = false, namespace = false } = dedicated;
  return { secret: secret || namespace, bucket, namespace };
}

/** The name of a dedicated object, derived from the shared one's. */
export function dedicatedName(shared: string, useCase: string): string {
  return `${shared}-${useCase}`;
}

/**
 * The name of a use case's dedicated Seldon namespace. Detectors' names contain it, so it is
 * shortened if they would be too long; a few digits distinguish it from names that start alike.
 */
export function dedicatedNamespace(shared: string, useCase: string, deployName: string): string {
  const name = dedicatedName(shared, useCase);
  const length = maxNamespaceLength(deployName);
  if (name.length <= length) return name;
  const digits = createHash("sha256").update(name).digest("hex").slice(0, 4);
  const start = name.slice(0, Math.max(0, length - digits.length - 1)).replace(/-+$/, "");
  // a shorter name would be meaningless: checkDetectorNames refuses the long one
  return start.length < shared.length ? name : `${start}-${digits}`;
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
    // a pipeline of another environment has its own name
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
