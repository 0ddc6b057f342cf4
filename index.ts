// Pulumi takes a stack trace for every property of every resource: most of a large stack's time.
Error.stackTraceLimit = 2;

import type * as pulumi from "@pulumi/pulumi";
import { UseCase } from "./components";
import { readConfig } from "./config";
import { dataOf, grantDataReader } from "./data-repos";
import { dropDebugMessages } from "./debug-messages";
import { platformOf, sharedPlatform } from "./platform";
import { stackProviders } from "./providers";
import * as seldon from "./seldon";

dropDebugMessages();

const config = readConfig();
const providers = stackProviders(config);

const context = { config, providers: [providers.kubernetes, providers.seldon] };
const everything: pulumi.Resource[] = [];
const shared = sharedPlatform(context);
grantDataReader(config, providers.pachyderm);

/** By use case: its repos, its pipelines and its deployment as last seen, and what to do next. */
export const useCases = Object.fromEntries(
  Object.entries(config.useCases).map(([name, { definition, dedicated }]) => {
    const data = dataOf(definition, config);
    const platform = platformOf(name, { ...dedicated, keep: data.keep }, shared, context);
    const { bucket, namespace, secret } = platform;
    const useCase = new UseCase(
      name,
      {
        ...definition,
        data,
        secret,
        namespace,
        detectBucketUri: bucket.url,
        disposable: config.disposable,
      },
      { providers: [providers.pachyderm, providers.seldon] },
    );
    everything.push(useCase, namespace, secret);
    const { dataRepo, modelRepo, pipelines, deployment, next } = useCase;
    return [
      name,
      { dataRepo, modelRepo, pipelines, deployment, detectorBucket: bucket.status, next },
    ];
  }),
);
// a destroy works backwards: this asks first, before anything is removed
new seldon.Cluster("cluster-guard", {
  provider: providers.seldon,
  dependsOn: [...everything, shared.namespace, shared.secret],
});

/** The detectors' bucket, and the command that puts into it what they need. */
export const detectorBucket = shared.bucket.status;
export const seldonNamespace = shared.namespace.name;
export const pipelineSecret = shared.secret.name;
