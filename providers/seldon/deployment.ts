import * as pulumi from "@pulumi/pulumi";

export interface DeploymentArgs {
  /** The SeldonDeployment's name (RFC 1123 label). Another name is another deployment. */
  readonly name: pulumi.Input<string>;
  /** The namespace that it is in. Another namespace makes it another deployment. */
  readonly namespace: pulumi.Input<string>;
  /**
   * The namespace of its detectors: where Seldon's request logger is (`requestLogger.namespace` of
   * Seldon's Helm chart, by default `seldon-logs`). It is updated in place; detectors that stay
   * behind in the old one are named in a warning.
   */
  readonly detectorNamespace: pulumi.Input<string>;
}

/**
 * What deploy.py makes on Seldon under one name: the SeldonDeployment, and its drift and outlier
 * detectors (Knative services and triggers) in another namespace. It makes none of them, a pipeline
 * does; it reports on them, and its delete removes them. Whatever may deploy again (the pipeline)
 * should depend on it, so that it is deleted before.
 *
 * Import id: `namespace/name`, or `namespace/name/detectorNamespace` where the detectors are not in
 * `seldon-logs`.
 */
export class Deployment extends pulumi.CustomResource {
  /** The SeldonDeployment's name, known in previews. */
  declare readonly name: pulumi.Output<string>;
  /** Its namespace, known in previews. */
  declare readonly namespace: pulumi.Output<string>;
  /** The namespace of its detectors, known in previews. */
  declare readonly detectorNamespace: pulumi.Output<string>;
  /**
   * What Seldon says of it as of the last up or refresh: `Available`, `Creating` or `Failed`;
   * `Absent` if nothing was deployed yet.
   */
  declare readonly state: pulumi.Output<string>;
  /**
   * Whether it is `Available` and each of its detectors is ready, as of the last up or refresh. A
   * deployment without detectors is ready by itself.
   */
  declare readonly ready: pulumi.Output<boolean>;
  /**
   * The cluster that it is on: the UID of the namespace kube-system, empty where the kubeconfig's
   * user may not read that. On another cluster nothing is changed, deleted or called gone.
   */
  declare readonly clusterId: pulumi.Output<string>;

  constructor(name: string, args: DeploymentArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "seldon:index:Deployment",
      name,
      { ...args, state: undefined, ready: undefined, clusterId: undefined },
      opts,
    );
  }
}
