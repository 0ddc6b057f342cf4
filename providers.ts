import type { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import { ADOPT_HINT } from "./components/adopted";
import type { Config } from "./config";
import { kubernetesProvider } from "./kubernetes-provider";
import * as pachyderm from "./pachyderm";
import * as seldon from "./seldon";

/** The stack's explicit providers. The bucket's is the default one, configured by `gcp:` keys. */
export interface Providers {
  readonly kubernetes: KubernetesProvider;
  readonly pachyderm: pachyderm.Provider;
  readonly seldon: seldon.Provider;
}

let made: Providers | undefined;

/** Registers the providers, once in a program. */
export function stackProviders(config: Pick<Config, "kubernetes" | "pachyderm">): Providers {
  made ??= makeProviders(config);
  return made;
}

function makeProviders(config: Pick<Config, "kubernetes" | "pachyderm">): Providers {
  const { address, project } = config.pachyderm;
  const provider = new seldon.Provider("seldon-deployments", config.kubernetes);
  // what changes the cluster waits for this: on another cluster the program ends here
  const cluster = new seldon.Cluster("cluster", { provider });
  return {
    kubernetes: kubernetesProvider(config.kubernetes, cluster),
    pachyderm: new pachyderm.Provider("pachyderm", { address, project, importHint: ADOPT_HINT }),
    seldon: provider,
  };
}
