import * as pulumi from "@pulumi/pulumi";

/**
 * The Kubernetes cluster that a stack is on. It makes nothing: its state keeps the cluster's
 * identity, and on another cluster previews, updates, refreshes and destroys fail at this resource.
 * So whatever changes the cluster should depend on one of these, which refuses an update before
 * anything is changed; and a second one should depend on all that, which refuses a destroy.
 */
export class Cluster extends pulumi.CustomResource {
  /**
   * The UID of the cluster's namespace kube-system; empty where the kubeconfig's user may not read
   * that.
   */
  declare readonly clusterId: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.CustomResourceOptions) {
    super("seldon:index:Cluster", name, { clusterId: undefined }, opts);
  }
}
