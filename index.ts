import "./program/sdk-workarounds";
import type * as pulumi from "@pulumi/pulumi";
import { UseCase } from "./components";
import { Warnings } from "./components/common/warnings";
import { withReprocessHints } from "./config";
import { acknowledgeHint } from "./config/messages";
import { type MadeUseCase, stackOutputs } from "./outputs";
import { platformOf, sharedPlatform } from "./platform";
import { currentBackend, isPulumiCloud } from "./program/backend";
import { config } from "./program/config";
import { dataOf, grantDataReader, modelsOf, noteOwnRepo, sourcesOf } from "./program/data-repos";
import { markDevelopmentStack, pausePipelines } from "./program/development-stack";
import { stackProviders } from "./program/providers";
import * as seldon from "./providers/seldon";

markDevelopmentStack(config);
pausePipelines(config.environment);
const providers = stackProviders(config);

const warnings = new Warnings(config.acknowledge, (name, things) =>
  acknowledgeHint(name, things, config.acknowledge[name] === false),
);
const context = { config, providers: [providers.kubernetes, providers.seldon], warnings };
const everything: pulumi.Resource[] = [];
const shared = sharedPlatform(context);
const useCases: Record<string, MadeUseCase> = {};
for (const [name, selected] of Object.entries(config.useCases)) {
  const { definition, dedicated, keep } = selected;
  const platform = platformOf(name, { ...dedicated, keep }, shared, context);
  const { bucket, namespace, secret } = platform;
  const useCase = new UseCase(
    name,
    {
      ...withReprocessHints(name, definition),
      data: dataOf(name, selected, config, useCases),
      models: modelsOf(selected, config),
      sources: sourcesOf(selected, useCases),
      project: config.pachyderm.project,
      keep,
      secret,
      namespace,
      detectBucketUri: bucket.url,
      disposable: config.disposable,
    },
    { providers: [providers.pachyderm, providers.seldon] },
  );
  noteOwnRepo(name, selected, useCase);
  everything.push(useCase, namespace, secret);
  useCases[name] = { useCase, platform };
}
grantDataReader(config, providers.pachyderm, useCases);
// a destroy runs in reverse order, so this checks the cluster before anything is deleted
new seldon.Cluster("cluster-guard", {
  provider: providers.seldon,
  dependsOn: [...everything, shared.namespace, shared.secret],
});

// the names of some outputs depend on the configuration
const backend = currentBackend({ environment: process.env, project: __dirname });
export = stackOutputs(shared, useCases, { hasPage: isPulumiCloud(backend) });
