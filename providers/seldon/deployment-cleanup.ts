import * as pulumi from "@pulumi/pulumi";

export interface DeploymentCleanupArgs {
  /** The SeldonDeployment's name (an RFC 1123 label). Changing it replaces the deployment. */
  readonly name: pulumi.Input<string>;
  /** The SeldonDeployment's namespace. Changing it replaces the deployment. */
  readonly namespace: pulumi.Input<string>;
  /**
   * The namespace of its detectors, which is that of Seldon's request logger
   * (`requestLogger.namespace` of Seldon's Helm chart, by default `seldon-logs`). Changing it is an
   * update in place; a warning names detectors that remain in the old namespace.
   */
  readonly detectorNamespace: pulumi.Input<string>;
}

/**
 * The objects that deploy.py creates on Seldon under one name: the SeldonDeployment, and its drift
 * and outlier detectors (Knative services and triggers) in another namespace. A pipeline creates
 * them; this resource only reports on them, and removes them when it is deleted. Resources that may
 * deploy again (the pipeline) should depend on it, so that they are deleted first.
 *
 * Import id: `namespace/name`, or `namespace/name/detectorNamespace` if the detectors are not in
 * `seldon-logs`.
 */
export class DeploymentCleanup extends pulumi.CustomResource {
  /** The SeldonDeployment's name. Known in previews. */
  declare readonly name: pulumi.Output<string>;
  /** The SeldonDeployment's namespace. Known in previews. */
  declare readonly namespace: pulumi.Output<string>;
  /** The namespace of its detectors. Known in previews. */
  declare readonly detectorNamespace: pulumi.Output<string>;
  /**
   * The state that Seldon reported at the last update or refresh: `Available`, `Creating` or
   * `Failed`; `Absent` if nothing is deployed yet.
   */
  declare readonly state: pulumi.Output<string>;
  /**
   * Whether, at the last update or refresh, it was `Available` and all of its detectors were ready.
   * A deployment without detectors is ready when it is `Available`.
   */
  declare readonly ready: pulumi.Output<boolean>;
  /**
   * The identity of its cluster: the UID of the namespace kube-system, empty if the kubeconfig's
   * user may not read it. On a different cluster, nothing is changed, deleted or reported as gone.
   */
  declare readonly clusterId: pulumi.Output<string>;

  constructor(name: string, args: DeploymentCleanupArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "seldon:index:DeploymentCleanup",
      name,
      { ...args, state: undefined, ready: undefined, clusterId: undefined },
      // its earlier type: resources with that type in a state become resources of this type
      pulumi.mergeOptions(opts, { aliases: [{ type: "seldon:index:Deployment" }] }),
    );
  }
}
