import type { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { ADOPT_HINT } from "../components/common/adopted";
import type { Config } from "../config";
import * as pachyderm from "../providers/pachyderm";
import * as seldon from "../providers/seldon";
import { kubernetesProvider } from "./kubernetes-provider";

/** The stack's explicit providers. The bucket's is the default one, configured by `gcp:` keys. */
export interface Providers {
  readonly kubernetes: KubernetesProvider;
  readonly pachyderm: pachyderm.Provider;
  readonly seldon: seldon.Provider;
}

let made: Providers | undefined;

/** Registers the providers, once per program. */
export function stackProviders(config: Pick<Config, "kubernetes" | "pachyderm">): Providers {
  made ??= makeProviders(config);
  return made;
}

function makeProviders(config: Pick<Config, "kubernetes" | "pachyderm">): Providers {
  const { address, project } = config.pachyderm;
  const provider = new seldon.Provider("seldon-deployments", config.kubernetes);
  // resources that change the cluster depend on this: on a different cluster, the program ends here
  const cluster = new seldon.Cluster("cluster", { provider });
  return {
    kubernetes: kubernetesProvider(config.kubernetes, cluster, sameCluster(cluster, provider)),
    pachyderm: new pachyderm.Provider("pachyderm", { address, project, importHint: ADOPT_HINT }),
    seldon: provider,
  };
}

/**
 * Ends an update unless the cluster is verified to be the recorded one. The resource itself refuses
 * a different cluster, but only warns if the cluster does not respond, so that a preview can
 * continue. An update must not continue: the Kubernetes provider is a separate process and may
 * reach a cluster that this one cannot.
 */
function sameCluster(
  cluster: seldon.Cluster,
  provider: seldon.Provider,
): pulumi.Output<void> | undefined {
  if (pulumi.runtime.isDryRun()) return undefined;
  return cluster.clusterId.apply(async (recorded) => {
    if (recorded === "") return; // its identity may not be read
    const { clusterId, problem } = await seldon.getCluster({ provider });
    if (clusterId === recorded) return;
    const found = problem ?? `its kube-system namespace has the UID ${clusterId}`;
    throw new pulumi.RunError(
      "cannot verify that the Kubernetes cluster is the one that this stack uses " +
        `(${recorded}): ${found}`,
    );
  });
}
