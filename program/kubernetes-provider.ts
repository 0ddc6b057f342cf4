import { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config";

const IDENTIFIER = "pachyderm-seldon";

/**
 * The provider of Kubernetes objects. A kubeconfig with another path or server address may lead to
 * the same cluster, so it must not replace the provider and with it every object: the constant
 * identifier says so. Whether it is the same cluster, `cluster` tells; all objects wait for it,
 * and in an update for `verified`.
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
      // a changed secret is updated, not deleted and made anew under the workers that read it
      enableSecretMutable: true,
    },
    {
      dependsOn: cluster,
      // the SDK writes $KUBECONFIG into the arguments, and a runner with a path of its own for each
      // run would never preview clean; the plugin reads the variable by itself
      transformations: [
        ({ props, opts }) => ({ props: { ...props, kubeconfig: settings.kubeconfig }, opts }),
      ],
    },
  );
}
