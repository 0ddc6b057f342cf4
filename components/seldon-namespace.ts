import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "./component";
import { kubernetesLabels } from "./kubernetes-labels";
import { checkOwnNamespace } from "./names";
import { checked } from "./validation";

export interface SeldonNamespaceArgs {
  /** The namespace's name. Default: `seldon`. */
  readonly name?: pulumi.Input<string>;
  /**
   * Whether only the users and groups that Seldon is told see the namespace; Seldon doesn't see
   * one without this label at all. Default: false.
   * https://docs.seldon.ai/seldon-enterprise-platform/operations/namespace-setup
   */
  readonly restricted?: pulumi.Input<boolean>;
}

/** The namespace that deploy.py creates Seldon's deployments in. Deleting it deletes them. */
export class SeldonNamespace extends Component {
  /** The namespace's name. */
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: SeldonNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("SeldonNamespace", name, opts);
    const namespaceName = checked(
      `SeldonNamespace "${name}": name`,
      args.name ?? "seldon",
      checkOwnNamespace,
    );

    const namespace = new core.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: namespaceName,
          labels: {
            ...kubernetesLabels("seldon-namespace"),
            "seldon.restricted": pulumi.output(args.restricted ?? false).apply(String),
          },
        },
      },
      // it is gone only when all in it is, finalizers included
      { parent: this, customTimeouts: { delete: "10m" } },
    );

    this.name = namespace.metadata.name;
    this.registerOutputs({ name: this.name });
  }
}
