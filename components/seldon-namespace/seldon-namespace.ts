import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import * as seldon from "../../providers/seldon";
import { DEFAULT_DETECTOR_NAMESPACE } from "../../providers/seldon/rules";
import { Component } from "../common/component";
import { kubernetesAnnotations, kubernetesLabels } from "../common/kubernetes-labels";
import { lifetimeOptions, noteInPreview } from "../common/lifetime";
import { vacantName } from "../common/look-ahead";
import { checkLabelName, checkOwnNamespace } from "../common/names";
import { checked } from "../common/validation";
import type { Warnings } from "../common/warnings";
import { registerSeldonCredentials } from "./credentials";
import { type AccessByName, seldonLabels } from "./labels";

export interface SeldonNamespaceArgs {
  /** The namespace's name. Default: `seldon`. */
  readonly name?: pulumi.Input<string>;
  /**
   * Whether the namespace is there already: used as it is, labels included, and never deleted. What
   * the models sign in with is made in it all the same. Default: false.
   */
  readonly existing?: boolean;
  /**
   * Whether the deployments in it may be lost: the namespace is then deleted with the stack, and
   * otherwise protected, and never deleted. A change takes effect with the next `pulumi up`.
   * Default: false.
   */
  readonly disposable?: boolean;
  /**
   * Whether the namespace stays when it leaves the program or the stack is destroyed: it is then retained rather
   * than protected. Takes effect with the next `pulumi up`. Default: false.
   */
  readonly keep?: boolean;
  /**
   * Whether only `users` and `groups` see the namespace; Seldon doesn't see one without this label
   * at all. Default: false.
   * https://docs.seldon.ai/seldon-enterprise-platform/operations/namespace-setup
   */
  readonly restricted?: boolean;
  /**
   * What users may do in a restricted namespace, by name. Where Seldon has authorization policies,
   * they decide instead.
   * https://deploy.seldon.io/en/v1.2/contents/operations/namespace-filtering/index.html
   */
  readonly users?: AccessByName;
  /** What groups may do in a restricted namespace, by name. */
  readonly groups?: AccessByName;
  /**
   * The namespace that Seldon runs detectors in, that of its request logger. It must exist.
   * Default: `seldon-logs`.
   */
  readonly detectorNamespace?: pulumi.Input<string>;
  /**
   * The key of the Google service account that models are served as, a JSON text: it becomes the
   * Secret `deployment-secret`, which the stock serving image mounts. Default: none; the pods of
   * that image don't start then.
   */
  readonly serviceAccountKey?: pulumi.Input<string>;
  /**
   * The key of the Google service account that reads artefacts from `gs://`, a JSON text: it
   * becomes the Secret `storageSecret`. Default: `serviceAccountKey`.
   */
  readonly storageKey?: pulumi.Input<string>;
  /**
   * Instead of keys, for images that need none: the Google service account that pods with the
   * Kubernetes service account `serviceAccount` act as, `NAME@PROJECT.iam.gserviceaccount.com`. It
   * must grant them roles/iam.workloadIdentityUser. Default: none.
   * https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
   */
  readonly googleServiceAccount?: pulumi.Input<string>;
  /** The name of that Kubernetes service account, in both namespaces. Default: `seldon-storage`. */
  readonly serviceAccount?: pulumi.Input<string>;
  /**
   * The name of the Secret with rclone's settings for `gs://`, in both namespaces; made where a key
   * or a Google service account is given. Default: `seldon-rclone-secret`.
   */
  readonly storageSecret?: pulumi.Input<string>;
  /** Where warnings go. Default: all are given. */
  readonly warnings?: Warnings;
}

/**
 * The namespace that deploy.py creates Seldon's deployments in, with what models and detectors sign
 * in with. Deleting it deletes the deployments.
 */
export class SeldonNamespace extends Component {
  /** The namespace's name. */
  readonly name: pulumi.Output<string>;
  /** The namespace that detectors run in. */
  readonly detectorNamespace: pulumi.Output<string>;

  constructor(name: string, args: SeldonNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("SeldonNamespace", name, opts);
    const owner = `SeldonNamespace "${name}"`;
    this.detectorNamespace = checked(
      `${owner}: detectorNamespace`,
      args.detectorNamespace ?? DEFAULT_DETECTOR_NAMESPACE,
      (namespace) => checkLabelName(namespace),
    );
    this.name = args.existing
      ? useNamespace(owner, name, args, this)
      : makeNamespace(owner, name, args, {
          parent: this,
          ...lifetimeOptions(args, opts?.protect),
        });
    registerSeldonCredentials(
      owner,
      name,
      {
        ...args,
        namespace: this.name,
        madeHere: !args.existing,
        detectorNamespace: this.detectorNamespace,
      },
      { parent: this },
    );
    this.registerOutputs({
      name: this.name,
      detectorNamespace: this.detectorNamespace,
      // tells the next run whose the namespace in the state is
      ...(args.existing && { existing: true }),
    });
  }
}

/**
 * Reads somebody else's namespace. Under the name that the stack's own would have, the engine lets go
 * of that one where it is the same namespace, and deletes nothing.
 */
function useNamespace(
  owner: string,
  name: string,
  args: SeldonNamespaceArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const useless = (["restricted", "users", "groups"] as const).find((key) => args[key]);
  if (useless !== undefined) {
    throw new pulumi.RunError(
      `${owner}: ${useless} does nothing to a namespace that exists already: remove it, and label the namespace by hand`,
    );
  }
  const namespace = checked(`${owner}: name`, args.name ?? "seldon", (known) =>
    checkLabelName(known),
  );
  const id = namespace.apply((known) => readableId(owner, known, parent));
  core.Namespace.get(`${name}-namespace`, id, { parent });
  namespace.apply((known) =>
    noteInPreview(
      `namespace ${known} is used as it is: the stack does not change or delete it, and lets go of it if it is the stack's own`,
      parent,
    ),
  );
  // what is in it is placed by its name, also where a preview can't read it
  return namespace;
}

/**
 * The namespace's id. In a preview that cannot read it, the id is unknown, and the engine, which
 * reads in previews too, does not read it: a preview needs neither the cluster nor rights on it.
 *
 * @throws RunError if there is no such namespace, or if an update cannot read it.
 */
async function readableId(owner: string, name: string, parent: pulumi.Resource): Promise<string> {
  const { exists, problem } = await seldon.findObject({ kind: "Namespace", name }, { parent });
  if (exists === false) {
    throw new pulumi.RunError(
      `${owner}: namespace ${name} does not exist: correct seldon.namespace, or leave out seldon.existing to have the stack create it`,
    );
  }
  if (problem === undefined) return name;
  const message = `${owner}: cannot read namespace ${name}, which seldon.existing names: ${problem}`;
  if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(message);
  await pulumi.log.warn(message, parent);
  // an Output of it is one that is not known
  return pulumi.unknown as unknown as string;
}

function makeNamespace(
  owner: string,
  name: string,
  args: SeldonNamespaceArgs,
  opts: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource },
): pulumi.Output<string> {
  const resource = `${name}-namespace`;
  const wanted = checked(`${owner}: name`, args.name ?? "seldon", checkOwnNamespace);
  const metadata = {
    name: vacantName({ kind: "Namespace", resource, name: wanted, reader: name }, opts.parent, {
      exists:
        "set seldon.existing to use it as it is, or choose another seldon.namespace or namePrefix",
    }),
    labels: { ...kubernetesLabels("seldon-namespace"), ...seldonLabels(owner, args) },
    annotations: kubernetesAnnotations,
  };
  const namespace = new core.Namespace(
    resource,
    { metadata },
    // it is gone only when all in it is, finalizers included
    { ...opts, customTimeouts: { delete: "10m" } },
  );
  return namespace.metadata.name;
}
