import * as pulumi from "@pulumi/pulumi";

/** Which Kubernetes cluster Seldon is on. Both left out: the one that kubectl would take. */
export interface ProviderArgs {
  /** The kubeconfig's context. Default: its current one. */
  readonly context?: pulumi.Input<string>;
  /**
   * A kubeconfig's path or its contents; either is kept as a secret. Users that log in with a
   * command (`exec`, as on GKE) work. Default: where kubectl looks, that is the environment variable
   * `KUBECONFIG`, then `~/.kube/config`, then the pod's own service account.
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
