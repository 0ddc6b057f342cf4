import * as pulumi from "@pulumi/pulumi";

/** The Kubernetes cluster that Seldon runs on. By default, the cluster that kubectl uses. */
export interface ProviderArgs {
  /** The kubeconfig context. Default: the current context. */
  readonly context?: pulumi.Input<string>;
  /**
   * The path or contents of a kubeconfig; stored as a secret. Users that log in with a command
   * (`exec`), as on GKE, are supported. Default: as for kubectl, the environment variable
   * `KUBECONFIG`, then `~/.kube/config`, then the pod's service account.
   */
  readonly kubeconfig?: pulumi.Input<string>;
}

/** A connection to the Kubernetes cluster that Seldon runs on. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    super(
      "seldon",
      name,
      {
        context: args.context,
        kubeconfig: args.kubeconfig === undefined ? undefined : pulumi.secret(args.kubeconfig),
      },
      pulumi.mergeOptions({ additionalSecretOutputs: ["kubeconfig"] }, opts),
    );
  }
}
