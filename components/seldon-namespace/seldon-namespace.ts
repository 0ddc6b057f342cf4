import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { dnsLabelProblem } from "../../providers/kit/dns-label";
import * as seldon from "../../providers/seldon";
import { DEFAULT_DETECTOR_NAMESPACE } from "../../providers/seldon/rules";
import { Component } from "../common/component";
import { EXISTS_ADVICE, MISSING_ADVICE } from "../common/exists-advice";
import { kubernetesAnnotations, kubernetesLabels } from "../common/kubernetes-labels";
import { lifetimeOptions, noteExisting } from "../common/lifetime";
import { checkOwnNamespace } from "../common/names";
import { vacantName } from "../common/vacant-name";
import { checked } from "../common/validation";
import type { Warnings } from "../common/warnings";
import { registerSeldonCredentials } from "./credentials";
import {
  type AccessByName,
  DEFAULT_NAMESPACE,
  labelSettings,
  NO_EFFECT_ON_EXISTING,
  seldonLabels,
} from "./labels";

export interface SeldonNamespaceArgs {
  /** The namespace's name. Default: `seldon`. */
  readonly name?: pulumi.Input<string>;
  /**
   * Whether the namespace exists outside of the stack: used, never changed (labels included) or
   * deleted. The models' credentials are still created in it. Default: false.
   */
  readonly existing?: boolean;
  /**
   * Whether the deployments in it may be lost: the namespace is deleted with the stack. Otherwise it
   * is protected and never deleted. A change takes effect with the next `pulumi up`.
   * Default: false.
   */
  readonly disposable?: boolean;
  /**
   * Whether the namespace is kept when it leaves the program or the stack is destroyed: it is then
   * retained instead of protected. A change takes effect with the next `pulumi up`. Default: false.
   */
  readonly keep?: boolean;
  /**
   * Whether only `users` and `groups` see the namespace. The label is always set, because Seldon
   * ignores namespaces without it. Default: false.
   * https://docs.seldon.ai/seldon-enterprise-platform/operations/namespace-setup
   */
  readonly restricted?: boolean;
  /**
   * What users may do in a restricted namespace, by name. If Seldon has authorization policies, they
   * apply instead.
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
   * The JSON key of the Google service account for serving models. It becomes the Secret
   * `deployment-secret`, which the stock serving image mounts. Default: none; the pods of that image
   * then do not start.
   */
  readonly serviceAccountKey?: pulumi.Input<string>;
  /**
   * The JSON key of the Google service account that reads artefacts from `gs://`. It becomes the
   * Secret `storageSecret`. Default: `serviceAccountKey`.
   */
  readonly storageKey?: pulumi.Input<string>;
  /**
   * For images that need no keys: the Google service account,
   * `NAME@PROJECT.iam.gserviceaccount.com`, that pods with the Kubernetes service account
   * `serviceAccount` act as, instead of using keys. It must grant them
   * roles/iam.workloadIdentityUser. Default: none.
   * https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
   */
  readonly googleServiceAccount?: pulumi.Input<string>;
  /** The name of that Kubernetes service account, in both namespaces. Default: `seldon-storage`. */
  readonly serviceAccount?: pulumi.Input<string>;
  /**
   * The name of the Secret with rclone's settings for `gs://`, in both namespaces, created if a key
   * or a Google service account is set. Default: `seldon-rclone-secret`.
   */
  readonly storageSecret?: pulumi.Input<string>;
  /** Receives warnings. Default: all are shown. */
  readonly warnings?: Warnings;
}

/**
 * The namespace of Seldon's deployments, with the credentials of models and detectors. Deleting it
 * deletes the deployments.
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
      (namespace) => dnsLabelProblem(namespace),
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
      // tells the next run that the namespace in the state exists outside of the stack
      ...(args.existing && { existing: true }),
    });
  }
}

/**
 * Reads an existing namespace. It has the same resource name as the stack's own namespace. If both
 * are the same namespace, the engine therefore removes the stack's own from the state and deletes
 * nothing.
 */
function useNamespace(
  owner: string,
  name: string,
  args: SeldonNamespaceArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const [useless] = labelSettings(args);
  if (useless !== undefined)
    throw new pulumi.RunError(`${owner}: ${useless} ${NO_EFFECT_ON_EXISTING}`);
  const namespace = checked(`${owner}: name`, args.name ?? DEFAULT_NAMESPACE, (known) =>
    dnsLabelProblem(known),
  );
  const id = namespace.apply((known) => readableId(owner, known, parent));
  core.Namespace.get(`${name}-namespace`, id, { parent });
  namespace.apply((known) => noteExisting(`namespace ${known}`, parent));
  // its contents refer to it by name, even if a preview cannot read it
  return namespace;
}

/**
 * The namespace's id. If a preview cannot read the namespace, the id is unknown, so that the engine
 * does not read it: a preview requires neither the cluster nor permissions on it.
 *
 * @throws RunError if the namespace does not exist, or if an update cannot read it.
 */
async function readableId(owner: string, name: string, parent: pulumi.Resource): Promise<string> {
  const { exists, problem } = await seldon.findObject({ kind: "Namespace", name }, { parent });
  if (exists === false) {
    throw new pulumi.RunError(
      `${owner}: namespace ${name} does not exist: ${MISSING_ADVICE.seldonNamespace}`,
    );
  }
  if (problem === undefined) return name;
  const message = `${owner}: cannot read the existing namespace ${name}: ${problem}`;
  if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(message);
  await pulumi.log.warn(message, parent);
  // an Output of this value is unknown
  return pulumi.unknown as unknown as string;
}

function makeNamespace(
  owner: string,
  name: string,
  args: SeldonNamespaceArgs,
  opts: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource },
): pulumi.Output<string> {
  const resource = `${name}-namespace`;
  const wanted = checked(`${owner}: name`, args.name ?? DEFAULT_NAMESPACE, checkOwnNamespace);
  const metadata = {
    name: vacantName({ kind: "Namespace", resource, name: wanted, reader: name }, opts.parent, {
      exists: EXISTS_ADVICE.namespace,
    }),
    labels: { ...kubernetesLabels("seldon-namespace"), ...seldonLabels(owner, args) },
    annotations: kubernetesAnnotations,
  };
  const namespace = new core.Namespace(
    resource,
    { metadata },
    // the namespace is gone only when everything in it is, including finalizers
    { ...opts, customTimeouts: { delete: "10m" } },
  );
  return namespace.metadata.name;
}
