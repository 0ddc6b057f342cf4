/**
 * Takes a pipeline that runs train.py or deploy.py apart into the parameters of the component, if the
 * component makes exactly this pipeline from them.
 */

import * as pulumi from "@pulumi/pulumi";
import { deploymentKeys, trainingKeys } from "../../../components/pipeline-secret/credentials";
import type { PipelineSecret } from "../../../components/pipeline-secret/pipeline-secret";
import { deploymentArgs } from "../../../components/use-case/deployment-pipeline";
import { trainingArgs } from "../../../components/use-case/training-pipeline";
import { isMap, type Value, type ValueMap } from "../../../providers/kit/values";
import { specsEqual } from "../../../providers/pachyderm/client";
import { DEFAULT_BRANCH } from "../../../providers/pachyderm/rules";
import type { UseCaseDefinition } from "../../../use-cases/definition";
import { type ParsedOptions, parseOptions } from "./python-options";
import { readableSpec } from "./readable-spec";
import { shellWords } from "./shell-words";

/** The values that the stack adds to a use case's definition. */
export interface StackAdditions {
  /** The stack's `namePrefix`. */
  readonly prefix: string;
  /** The stack's Pachyderm project. */
  readonly project: string;
  /** The name of the pipeline Secret. */
  readonly secret: string;
  /** The address of the detectors' bucket; undefined if the stack is not known yet. */
  readonly detectBucketUri?: string | undefined;
}

export interface TakenTraining {
  readonly training: NonNullable<UseCaseDefinition["training"]>;
  /** The repo with the data, as written in the spec. */
  readonly dataRepo: string;
}

export interface TakenDeployment {
  readonly deployment: NonNullable<UseCaseDefinition["deployment"]>;
  /** The repo with the models, as written in the spec. */
  readonly modelRepo: string;
  /** The address of the detectors' bucket, as written in the spec. */
  readonly detectBucketUri: string;
}

const TRAINING = ["--git-url", "--git-ref", "--sub-dir", "--config", "--repo", "--model"];
const DEPLOYMENT = [
  "--deploy-name",
  "--detect-bucket-uri",
  "--detect-batch-size",
  "--serving-image",
];

/** The parameters of a training pipeline; undefined if the pipeline is not exactly one. */
export async function takeTraining(
  spec: Value,
  additions: StackAdditions,
): Promise<TakenTraining | undefined> {
  const parts = partsOf(spec, "train.py", TRAINING, trainingKeys, additions);
  const own = parts && ownNames(parts.common.name, parts.values.model, additions.prefix);
  const { "git-url": gitUrl, repo } = parts?.values ?? {};
  if (parts === undefined || own === undefined || gitUrl === undefined || repo === undefined)
    return;
  const { name: _, description, image, ...rest } = parts.common;
  const { "git-ref": gitRef, "sub-dir": subDir, config } = parts.values;
  const training = withoutUndefined({
    name: own[0],
    description,
    image,
    gitUrl,
    gitRef,
    subDir,
    config,
    model: own[1],
    ...rest,
  });
  const { prefix } = additions;
  const args = { ...training, name: prefix + own[0], model: prefix + own[1], dataRepo: repo };
  const made = trainingArgs("training", { ...args, secret: secretOf(additions) });
  return (await makes(made, spec, additions)) ? { training, dataRepo: repo } : undefined;
}

/** The parameters of a deployment pipeline; undefined if the pipeline is not exactly one. */
export async function takeDeployment(
  spec: Value,
  additions: StackAdditions,
): Promise<TakenDeployment | undefined> {
  const parts = partsOf(spec, "deploy.py", DEPLOYMENT, deploymentKeys, additions);
  const own = parts && ownNames(parts.common.name, parts.values["deploy-name"], additions.prefix);
  const { "serving-image": servingImage, "detect-bucket-uri": detectBucketUri } =
    parts?.values ?? {};
  if (parts === undefined || own === undefined) return;
  if (servingImage === undefined || detectBucketUri === undefined) return;
  if (detectBucketUri !== (additions.detectBucketUri ?? detectBucketUri)) return;
  const batchSize = parts.values["detect-batch-size"];
  if (batchSize !== undefined && !/^[1-9]\d{0,8}$/.test(batchSize)) return;
  const { name: _, description, image, ...rest } = parts.common;
  const deployment = withoutUndefined({
    name: own[0],
    description,
    image,
    deployName: own[1],
    detectBatchSize: batchSize === undefined ? undefined : Number(batchSize),
    servingImage,
    ...rest,
  });
  const { prefix } = additions;
  const made = deploymentArgs("deployment", {
    ...deployment,
    name: prefix + own[0],
    deployName: prefix + own[1],
    modelRepo: parts.repo,
    detectBucketUri,
    secret: secretOf(additions),
  });
  if (!(await makes(made, spec, additions))) return;
  return { deployment, modelRepo: parts.repo, detectBucketUri };
}

interface Parts extends Pick<ParsedOptions, "values"> {
  /** The parameters that both components take, in their order. */
  readonly common: {
    readonly name: string;
    readonly description?: string;
    readonly image: string;
    readonly branch?: string;
    readonly glob?: string;
    readonly secretKeys?: string[];
    readonly extraArgs?: string[];
    readonly spec?: object;
  };
  /** The input repo. */
  readonly repo: string;
}

/** The parts of a pipeline that runs the script, without a check that they match the component. */
function partsOf(
  spec: Value,
  script: string,
  options: readonly string[],
  defaultKeys: readonly string[],
  { secret }: StackAdditions,
): Parts | undefined {
  const readable = readableSpec(spec);
  if (!isMap(readable)) return undefined;
  const { pipeline, description, input, transform, ...rest } = readable;
  const pfs = isMap(input) ? input.pfs : undefined;
  if (!isMap(pipeline) || !isMap(transform) || !isMap(pfs)) return undefined;
  const line = Array.isArray(transform.stdin) ? transform.stdin[0] : undefined;
  const words = typeof line === "string" ? shellWords(line) : undefined;
  if (words?.[0] !== "python" || words[1] !== script) return undefined;
  const { values, extra } = parseOptions(words.slice(2), options);
  const keys = keysOf(transform.secrets ?? [], secret);
  const { name } = pipeline;
  const { image } = transform;
  const { repo, branch, glob } = pfs;
  if (keys === undefined || typeof name !== "string" || typeof image !== "string") return undefined;
  if (typeof repo !== "string") return undefined;
  return {
    values,
    repo,
    common: {
      name,
      ...(typeof description === "string" && description !== "" && { description }),
      image,
      ...(typeof branch === "string" && branch !== DEFAULT_BRANCH && { branch }),
      ...(typeof glob === "string" && glob !== "/" && { glob }),
      ...(keys.join() !== defaultKeys.join() && { secretKeys: keys }),
      ...(extra.length > 0 && { extraArgs: [...extra] }),
      ...(Object.keys(rest).length > 0 && { spec: rest }),
    },
  };
}

/** The keys of the stack's Secret; undefined if the list also contains others. */
function keysOf(secrets: Value, name: string): string[] | undefined {
  if (!Array.isArray(secrets)) return undefined;
  const keys = secrets.map((secret) =>
    isMap(secret) && secret.name === name && typeof secret.key === "string" ? secret.key : "",
  );
  return keys.includes("") ? undefined : keys;
}

/** Names that the stack prefixes, without the prefix. */
function ownNames(name: string, other: string | undefined, prefix: string) {
  if (other === undefined || !name.startsWith(prefix) || !other.startsWith(prefix))
    return undefined;
  return [name.slice(prefix.length), other.slice(prefix.length)] as const;
}

/** Only the Secret's name is part of a spec. */
function secretOf({ secret }: StackAdditions): PipelineSecret {
  const named = { name: pulumi.output(secret), restartTrigger: () => pulumi.output("") };
  return named as unknown as PipelineSecret;
}

async function makes(
  made: { readonly spec: unknown },
  spec: Value,
  { project }: StackAdditions,
): Promise<boolean> {
  try {
    const known = await new Promise<Value>((resolve, reject) => {
      const output = pulumi.output(made.spec) as pulumi.Output<Value> & {
        promise(): Promise<Value>;
      };
      output.promise().then(resolve, reject);
    });
    return specsEqual(known, spec, { project });
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) return false; // the component refuses a value
    throw error;
  }
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => item !== undefined),
  ) as ValueMap as T;
}
