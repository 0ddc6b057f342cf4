import * as pulumi from "@pulumi/pulumi";

/**
 * The Kubernetes cluster that a stack uses. This resource creates nothing: its state records the
 * cluster's identity, and on a different cluster, previews, updates, refreshes and destroys fail at
 * this resource. Resources that change the cluster should depend on one such resource, which
 * refuses an update before anything changes. A second one should depend on all of them, to refuse a
 * destroy.
 */
export class Cluster extends pulumi.CustomResource {
  /**
   * The UID of the cluster's namespace kube-system; empty if the kubeconfig's user may not read it.
   */
  declare readonly clusterId: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.CustomResourceOptions) {
    super("seldon:index:Cluster", name, { clusterId: undefined }, opts);
  }
}
