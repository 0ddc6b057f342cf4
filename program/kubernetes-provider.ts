import { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config";

const IDENTIFIER = "pachyderm-seldon";

/**
 * The provider of Kubernetes objects. A kubeconfig with a different path or server address may
 * select the same cluster, so the constant identifier prevents a replacement of the provider, and
 * thereby of every object. `cluster` verifies that the cluster is the same; all objects depend on
 * it, and in an update on `verified`.
 */
export function kubernetesProvider(
  settings: Config["kubernetes"],
  cluster: pulumi.Resource,
  verified: pulumi.Output<void> | undefined,
) {
  return new Provider(
    "kubernetes",
    {
      ...settings,
      clusterIdentifier: verified?.apply(() => IDENTIFIER) ?? IDENTIFIER,
      // a changed Secret is updated in place, not replaced while workers read it
      enableSecretMutable: true,
    },
    {
      dependsOn: cluster,
      // the SDK copies $KUBECONFIG into the arguments, so that a runner with a different path in each
      // run would always show a difference; the plugin reads the variable itself
      transformations: [
        ({ props, opts }) => ({ props: { ...props, kubeconfig: settings.kubeconfig }, opts }),
      ],
    },
  );
}
