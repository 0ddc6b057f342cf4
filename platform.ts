import type * as pulumi from "@pulumi/pulumi";
import { DetectorBucket, PipelineSecret, SeldonNamespace } from "./components";
import type { Warnings } from "./components/common/warnings";
import { NAMESPACE_KEY } from "./components/pipeline-secret/credentials";
import type { Config } from "./config";
import { type Dedicated, dedicatedName, dedicatedNamespace } from "./config/dedicated";
import { warnOfUseCases } from "./program/use-case-warnings";

/** What a use case's pipelines need besides Pachyderm. */
export interface Platform {
  readonly bucket: DetectorBucket;
  readonly namespace: SeldonNamespace;
  readonly secret: PipelineSecret;
}

interface Context {
  readonly config: Config;
  /**
   * The cluster's providers: Kubernetes, for its objects, and Seldon, which checks names in
   * previews.
   */
  readonly providers: pulumi.ProviderResource[];
  readonly warnings: Warnings;
}

/** What the use cases share. It belongs to the environment, even if no use case uses it. */
export function sharedPlatform(context: Context): Platform {
  const { keep } = context.config.data;
  const bucket = makeBucket("detectors", { useCase: "", keep }, context);
  warnOfUseCases(bucket, context);
  const namespace = makeNamespace("seldon", { useCase: "", keep }, context);
  return { bucket, namespace, secret: makeSecret("pipelines", "", namespace, context) };
}

/** The platform of one use case: the shared parts, except for the dedicated ones. */
export function platformOf(
  useCase: string,
  { keep, ...dedicated }: Dedicated & { readonly keep: boolean },
  shared: Platform,
  context: Context,
): Platform {
  const bucket = dedicated.bucket
    ? makeBucket(`${useCase}-detectors`, { useCase, keep }, context)
    : shared.bucket;
  const namespace = dedicated.namespace
    ? makeNamespace(`${useCase}-seldon`, { useCase, keep }, context)
    : shared.namespace;
  const secret = dedicated.secret
    ? makeSecret(`${useCase}-pipelines`, useCase, namespace, context)
    : shared.secret;
  return { bucket, namespace, secret };
}

/** The shared name, or the name that is dedicated to the use case. */
function nameFor(useCase: string, shared: string): string {
  return useCase === "" ? shared : dedicatedName(shared, useCase);
}

/** The owner of a part of the platform (a use case, or empty for all), and whether the part is kept. */
interface Owned {
  readonly useCase: string;
  readonly keep: boolean;
}

function makeBucket(name: string, { useCase, keep }: Owned, context: Context): DetectorBucket {
  const { detectorBucket, disposable } = context.config;
  return new DetectorBucket(name, {
    ...detectorBucket,
    name: nameFor(useCase, detectorBucket.name),
    disposable,
    keep,
    warnings: context.warnings,
  });
}

function makeNamespace(name: string, { useCase, keep }: Owned, context: Context): SeldonNamespace {
  const { disposable } = context.config;
  const { namespace, storageSecret, serviceAccount, ...rest } = context.config.seldon;
  const deployName = context.config.useCases[useCase]?.definition.deployment?.deployName;
  return new SeldonNamespace(
    name,
    {
      ...rest,
      disposable,
      keep,
      name:
        deployName === undefined ? namespace : dedicatedNamespace(namespace, useCase, deployName),
      // the detectors' namespace has one of each for every namespace of deployments
      storageSecret: nameFor(useCase, storageSecret),
      serviceAccount: nameFor(useCase, serviceAccount),
      warnings: context.warnings,
    },
    { providers: context.providers },
  );
}

function makeSecret(
  name: string,
  useCase: string,
  namespace: SeldonNamespace,
  { config, providers }: Context,
): PipelineSecret {
  return new PipelineSecret(
    name,
    {
      name: nameFor(useCase, config.pipelineSecret),
      namespace: config.pachyderm.namespace,
      values: { ...config.credentials, [NAMESPACE_KEY]: namespace.name },
    },
    { providers },
  );
}
