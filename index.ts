// Pulumi takes a stack trace for every property of every resource: most of a large stack's time.
Error.stackTraceLimit = 2;

import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import { UseCase } from "./components";
import { readConfig } from "./config";
import { dataOf, grantDataReader } from "./data-repos";
import { dropDebugMessages } from "./debug-messages";
import * as pachyderm from "./pachyderm";
import { platformOf, sharedPlatform } from "./platform";
import * as seldon from "./seldon";

dropDebugMessages();

const config = readConfig();
const { address, project } = config.pachyderm;

// The bucket's provider is the default one, configured by the stack's own gcp: keys.
const kubernetes = new KubernetesProvider("kubernetes", {
  ...config.kubernetes,
  // a changed secret is updated, not deleted and made anew under the workers that read it
  enableSecretMutable: true,
});
const pachydermProvider = new pachyderm.Provider("pachyderm", { address, project });
const seldonProvider = new seldon.Provider("seldon-deployments", config.kubernetes);

const context = { config, kubernetes };
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
    const { dataRepo, modelRepo, pipelines, deployment, next } = useCase;
    return [
      name,
      { dataRepo, modelRepo, pipelines, deployment, detectorBucket: bucket.status, next },
    ];
  }),
);
/** The detectors' bucket, and the command that puts into it what they need. */
export const detectorBucket = shared.bucket.status;
export const seldonNamespace = shared.namespace.name;
export const pipelineSecret = shared.secret.name;
