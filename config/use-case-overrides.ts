import { createHash } from "node:crypto";
import { z } from "zod";
import {
  checkBranchName,
  checkCommitId,
  checkImageName,
  checkRepoName,
} from "../components/common/names";
import { parseTimeLimit } from "../providers/pachyderm/rules";
import { maxNamespaceLength } from "../providers/seldon/rules";
import type { UseCaseDefinition } from "../use-cases/definition";

const text = (takes: string) => z.string({ error: takes }).min(1, { error: takes }).optional();
/** Text that a check of the components takes, which says what is wrong with it. */
const checkedText = (takes: string, check: (value: string) => string | undefined) =>
  z
    .string({ error: takes })
    .superRefine((value, context) => {
      const problem = check(value);
      if (problem !== undefined)
        context.addIssue({ code: "custom", message: `${takes}, and this one ${problem}` });
    })
    .optional();
const image = () => checkedText("takes the name of a container image", checkImageName);
const flag = () => z.boolean({ error: "takes true or false" }).optional();
const count = (takes: string) => z.int({ error: takes }).positive({ error: takes }).optional();
const block = { error: "takes a block of keys" };

/** A time as `budget` and `refuseWhileRunning` take it. */
export const duration = () => {
  const takes = "takes a time such as 4h, 90m or 1h30m";
  return z
    .string({ error: takes })
    .refine((text) => parseTimeLimit(text) !== undefined, { error: takes });
};

/** https://docs.pachyderm.com/latest/build-dags/pipeline-spec/resource-requests/ */
const resources = () =>
  z
    .strictObject(
      {
        /** Cores. */
        cpu: z.number({ error: "takes a number of cores, such as 0.5" }).positive().optional(),
        /** Bytes with a unit. */
        memory: text("takes an amount of memory, such as 4Gi"),
        /** Bytes with a unit. */
        disk: text("takes an amount of disk, such as 10Gi"),
        gpu: z
          .strictObject(
            {
              /** The resource's name in Kubernetes. */
              type: z.string({ error: "takes a kind of GPU, such as nvidia.com/gpu" }),
              number: z.int({ error: "takes a whole number of GPUs" }).positive(),
            },
            block,
          )
          .optional(),
      },
      block,
    )
    .optional();

const reprocess = "takes any text, such as today's date in quotes";
const requests = "takes a whole number of requests, 1 or more";

/** What a stack's configuration may change of a use case. What it leaves out stays. */
export const overridesSchema = z.strictObject(
  {
    data: z
      .strictObject(
        {
          /** The repo that the training data is put into. */
          repo: checkedText("takes the name of a repo", checkRepoName),
          /** Whether the repo is somebody else's: used as it is, and never deleted. */
          existing: flag(),
          /** The branch of the existing repo that the use case's own branch of it starts at. */
          branch: checkedText("takes the name of a branch", checkBranchName),
          /** The commit of the existing repo that the use case's own branch of it is at. */
          commit: checkedText(
            "takes the id of a commit (in quotes if it has only digits)",
            checkCommitId,
          ),
          /** Whether data and models stay when the use case leaves the stack. */
          keep: flag(),
          /** Whether `seldon.dataReader` gets access to the repo though it is somebody else's. */
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
          gitUrl: text("takes the URL of a Git repository"),
          /** The branch, tag or commit of the experiment. */
          gitRef: text("takes a Git branch, tag or commit (one of digits only in quotes)"),
          /** The experiment's folder in the Git repository. */
          subDir: text("takes a folder of the Git repository"),
          /** The experiment's configuration file. */
          config: text("takes a file in the experiment's folder"),
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
          /** How many requests a detector looks at together. */
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
    /** Refuses an update that would kill a job which has run for this long. Default: none is refused. */
    refuseWhileRunning: duration().optional(),
    /** What the use case has for itself instead of sharing it with the others. */
    dedicated: z
      .strictObject(
        {
          /** A Secret of its own. */
          secret: flag(),
          /** A detector bucket of its own. */
          bucket: flag(),
          /** A Seldon namespace of its own, and with it a Secret, which names the namespace. */
          namespace: flag(),
        },
        block,
      )
      .optional(),
  },
  { error: "takes a block with what changes, {} for nothing" },
);

export type UseCaseOverrides = z.infer<typeof overridesSchema>;

/** What a use case has for itself. */
export interface Dedicated {
  readonly secret: boolean;
  readonly bucket: boolean;
  readonly namespace: boolean;
}

/** The selected use cases by name as they are made: changes applied, names with the prefix. */
export function nameUseCases(
  definitions: Readonly<Record<string, UseCaseDefinition>>,
  { namePrefix = "", useCases: selected = {} }: NamedValues,
): Record<string, UseCaseDefinition> {
  return Object.fromEntries(
    Object.entries(selected).flatMap(([name, overrides]) => {
      const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
      if (definition === undefined) return []; // refused for that
      return [[name, prefixNames(namePrefix, applyOverrides(definition, overrides))]];
    }),
  );
}

interface NamedValues {
  readonly namePrefix?: string;
  readonly useCases?: Readonly<Record<string, UseCaseOverrides>>;
}

/** The use case with the changes made. */
export function applyOverrides(
  definition: UseCaseDefinition,
  { data, training = {}, deployment = {} }: UseCaseOverrides,
): UseCaseDefinition {
  return {
    ...definition,
    data: { ...definition.data, ...data },
    training: override(definition.training, training),
    deployment: withKnownImage(definition.deployment, override(definition.deployment, deployment)),
  };
}

type Deployment = UseCaseDefinition["deployment"];

/** What the definition says of its image does not hold of another one: only a tag may differ. */
function withKnownImage(
  before: Deployment,
  { detectorCredentials, ...rest }: Deployment,
): Deployment {
  const isKnown = repositoryOf(before.image) === repositoryOf(rest.image);
  return { ...rest, ...(isKnown && detectorCredentials !== undefined && { detectorCredentials }) };
}

/** An image's name without tag and digest. */
function repositoryOf(image: unknown): string {
  return String(image)
    .replace(/@.*$/, "")
    .replace(/:[^:/]*$/, "");
}

type Resources = Pick<
  NonNullable<UseCaseOverrides["training"]>,
  "resourceRequests" | "resourceLimits"
>;

/** Resources are fields of the pipeline spec, which the definition may have others of. */
function override<T extends { readonly spec?: object }>(definition: T, changes: Resources): T {
  const { resourceRequests, resourceLimits, ...rest } = changes;
  const resources = {
    ...(resourceRequests && { resourceRequests }),
    ...(resourceLimits && { resourceLimits }),
  };
  const spec = Object.keys(resources).length > 0 && { spec: { ...definition.spec, ...resources } };
  return { ...definition, ...rest, ...spec };
}

/** What is the use case's own; a namespace implies a Secret, which names it. */
export function readDedicated({ dedicated = {} }: UseCaseOverrides): Dedicated {
  const { secret = false, bucket = false, namespace = false } = dedicated;
  return { secret: secret || namespace, bucket, namespace };
}

/** The name of a use case's own thing, from that of the shared one. */
export function dedicatedName(shared: string, useCase: string): string {
  return `${shared}-${useCase}`;
}

/**
 * The name of a use case's own Seldon namespace. The names of detectors hold it, so it is shortened
 * where they would be too long; some digits keep it apart from others that begin alike.
 */
export function dedicatedNamespace(shared: string, useCase: string, deployName: string): string {
  const name = dedicatedName(shared, useCase);
  const length = maxNamespaceLength(deployName);
  if (name.length <= length) return name;
  const digits = createHash("sha256").update(name).digest("hex").slice(0, 4);
  const start = name.slice(0, Math.max(0, length - digits.length - 1)).replace(/-+$/, "");
  // shorter than that it says nothing; what is too long is refused with the arithmetic
  return start.length < shared.length ? name : `${start}-${digits}`;
}

/** The use case with the prefix in front of every name that it takes in a shared place. */
export function prefixNames(prefix: string, definition: UseCaseDefinition): UseCaseDefinition {
  const { data, training, deployment } = definition;
  return {
    ...definition,
    data: data.existing === true ? data : { ...data, repo: prefix + data.repo },
    // a pipeline of another environment has its own name
    training:
      training.defer === true
        ? training
        : { ...training, name: prefix + training.name, model: prefix + training.model },
    deployment: {
      ...deployment,
      name: prefix + deployment.name,
      deployName: prefix + deployment.deployName,
    },
  };
}
