// Pulumi takes a stack trace for every property of every resource: most of a large stack's time.
Error.stackTraceLimit = 2;

import type * as pulumi from "@pulumi/pulumi";
import { UseCase } from "./components";
import { readConfig } from "./config";
import { dataOf, grantDataReader } from "./data-repos";
import { dropDebugMessages } from "./debug-messages";
import { kubernetesProvider } from "./kubernetes-provider";
import * as pachyderm from "./pachyderm";
import { platformOf, sharedPlatform } from "./platform";
import * as seldon from "./seldon";

dropDebugMessages();

const config = readConfig();
const { address, project } = config.pachyderm;

// The bucket's provider is the default one, configured by the stack's own gcp: keys.
const pachydermProvider = new pachyderm.Provider("pachyderm", { address, project });
const seldonProvider = new seldon.Provider("seldon-deployments", config.kubernetes);
// what changes the cluster waits for this: on another cluster the program ends here
const cluster = new seldon.Cluster("cluster", { provider: seldonProvider });
const kubernetes = kubernetesProvider(config.kubernetes, cluster);

const context = { config, providers: [kubernetes, seldonProvider] };
const everything: pulumi.Resource[] = [];
const shared = sharedPlatform(context);
grantDataReader(config, pachydermProvider);

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
      { providers: [pachydermProvider, seldonProvider] },
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
  provider: seldonProvider,
  dependsOn: [...everything, shared.namespace, shared.secret],
});

/** The detectors' bucket, and the command that puts into it what they need. */
export const detectorBucket = shared.bucket.status;
export const seldonNamespace = shared.namespace.name;
export const pipelineSecret = shared.secret.name;
