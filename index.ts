// Pulumi takes a stack trace for every property of every resource: most of a large stack's time.
Error.stackTraceLimit = 2;

import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import {
  DetectorBucket,
  PIPELINE_SECRET,
  PipelineSecret,
  SeldonNamespace,
  UseCase,
} from "./components";
import { readConfig } from "./config";
import * as pachyderm from "./pachyderm";

const config = readConfig();
const { disposable } = config;
const shared = (name: string) => config.namePrefix + name;

// The bucket's provider is the default one, configured by the stack's own gcp: keys.
const kubernetes = new KubernetesProvider("kubernetes", {
  ...config.kubernetes,
  // a changed secret is updated, not deleted and made anew under the workers that read it
  enableSecretMutable: true,
});
const { address, project } = config.pachyderm;
const pachydermProvider = new pachyderm.Provider("pachyderm", { address, project });

// What the use cases share.
const bucket = new DetectorBucket("detectors", {
  ...config.detectorBucket,
  name: shared(config.detectorBucket.name),
  disposable,
});
const namespace = new SeldonNamespace(
  "seldon",
  { name: shared(config.seldon.namespace), restricted: config.seldon.restricted },
  { provider: kubernetes },
);
const secret = new PipelineSecret(
  "pipelines",
  {
    name: shared(PIPELINE_SECRET),
    namespace: config.pachyderm.namespace,
    values: { ...config.credentials, sel_namespace: namespace.name },
  },
  { provider: kubernetes },
);

export const detectorBucket = bucket.url;
export const seldonNamespace = namespace.name;
export const pipelineSecret = secret.name;
/** By use case: the repo for its data, that of its models, its pipelines and its deployment. */
export const useCases = Object.fromEntries(
  Object.entries(config.useCases).map(([name, definition]) => {
    const args = { ...definition, secret, detectBucketUri: bucket.url, disposable };
    const useCase = new UseCase(name, args, { provider: pachydermProvider });
    const { dataRepo, modelRepo, pipelines, deployName } = useCase;
    return [name, { dataRepo, modelRepo, pipelines, deployName }];
  }),
);
