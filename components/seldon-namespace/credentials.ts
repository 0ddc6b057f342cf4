import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { dnsLabelProblem } from "../../providers/kit/dns-label";
import { EXISTS_ADVICE, MISSING_ADVICE } from "../common/exists-advice";
import { kubernetesAnnotations, kubernetesLabels } from "../common/kubernetes-labels";
import {
  checkSecretName,
  DEPLOYMENT_SECRET,
  STORAGE_ACCOUNT,
  STORAGE_SECRET,
} from "../common/names";
import { secretData } from "../common/secret-data";
import { type CreateAdvice, vacantName } from "../common/vacant-name";
import { checked } from "../common/validation";
import { Warnings } from "../common/warnings";
import {
  checkedKey,
  checkGoogleServiceAccount,
  EITHER_KEYS_OR_ACCOUNT,
  hasStorageCredentials,
  keysBesideAccount,
  rcloneSettings,
} from "./google-credentials";

/**
 * The labels by which Seldon recognizes a Secret for storage:
 * https://docs.seldon.ai/seldon-enterprise-platform/operations/storage-initializers
 */
const STORAGE_LABELS = { "secret-type": "bucket", "seldon-deploy": "true" };

/** See SeldonNamespaceArgs. */
export interface SeldonCredentialsArgs {
  readonly namespace: pulumi.Input<string>;
  /** Whether the stack creates the namespace. */
  readonly madeHere: boolean;
  readonly detectorNamespace: pulumi.Input<string>;
  readonly serviceAccountKey?: pulumi.Input<string>;
  readonly storageKey?: pulumi.Input<string>;
  readonly googleServiceAccount?: pulumi.Input<string>;
  readonly serviceAccount?: pulumi.Input<string>;
  readonly storageSecret?: pulumi.Input<string>;
  readonly warnings?: Warnings;
}

type Options = pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource };

/** Registers the Google Cloud credentials of models and detectors: keys, or a service account. */
export function registerSeldonCredentials(
  owner: string,
  name: string,
  args: SeldonCredentialsArgs,
  opts: Options,
): void {
  refuseBoth(owner, args);
  const servingKey = checkedKey(`${owner}: serviceAccountKey`, args.serviceAccountKey);
  const storageKey = checkedKey(`${owner}: storageKey`, args.storageKey) ?? servingKey;
  if (servingKey !== undefined) {
    const metadata = { name: DEPLOYMENT_SECRET, namespace: args.namespace };
    const values = { "service-account.json": servingKey };
    registerSecret(`${name}-deployment-secret`, metadata, values, opts, adviceFor(args));
  } else if (args.googleServiceAccount === undefined) {
    warnOfNoKey(args.warnings ?? new Warnings(), opts.parent);
  }
  if (hasStorageCredentials(args)) {
    const storage = { ...args, storageKey };
    registerStorage(owner, name, args.namespace, storage, opts, adviceFor(args));
    registerStorage(owner, `${name}-detector`, args.detectorNamespace, storage, opts, {
      ...adviceFor(args),
      namespaceMissing: MISSING_ADVICE.detectorNamespace,
    });
  }
}

/** Omits advice for a missing namespace, because an existing one is checked earlier. */
function adviceFor({ madeHere }: SeldonCredentialsArgs): CreateAdvice {
  return { exists: madeHere ? EXISTS_ADVICE.otherPrefix : EXISTS_ADVICE.otherPrefixOrNamespace };
}

function refuseBoth(owner: string, args: SeldonCredentialsArgs): void {
  const [key] = keysBesideAccount(args);
  if (key !== undefined)
    throw new pulumi.RunError(`${owner}: ${key} is set: ${EITHER_KEYS_OR_ACCOUNT}`);
}

/** Warns once per stack, because all its namespaces share one key. */
function warnOfNoKey(warnings: Warnings, resource: pulumi.Resource): void {
  warnings.inPreview(
    "missing-serving-key",
    [],
    `serviceAccountKey is not set, so the stack does not create the Secret ${DEPLOYMENT_SECRET}, which the stock serving image mounts: its pods will not start`,
    resource,
  );
}

type StorageArgs = Omit<SeldonCredentialsArgs, "storageKey"> & {
  readonly storageKey: pulumi.Output<string> | undefined;
};

/** Registers a namespace's credentials for `gs://`: rclone's settings, and the service account if there is no key. */
function registerStorage(
  owner: string,
  name: string,
  namespace: pulumi.Input<string>,
  args: StorageArgs,
  opts: Options,
  advice: CreateAdvice,
): void {
  if (args.googleServiceAccount !== undefined) {
    const google = checked(
      `${owner}: googleServiceAccount`,
      args.googleServiceAccount,
      checkGoogleServiceAccount,
    );
    const account = checked(
      `${owner}: serviceAccount`,
      args.serviceAccount ?? STORAGE_ACCOUNT,
      (text) => dnsLabelProblem(text),
    );
    const metadata = { name: account, namespace };
    registerServiceAccount(`${name}-service-account`, metadata, google, opts, advice);
  }
  const metadata = {
    name: checked(`${owner}: storageSecret`, args.storageSecret ?? STORAGE_SECRET, checkSecretName),
    namespace,
  };
  const values = rcloneSettings(args.storageKey);
  registerSecret(`${name}-storage-secret`, metadata, values, opts, advice, STORAGE_LABELS);
}

interface Metadata {
  readonly name: pulumi.Input<string>;
  readonly namespace: pulumi.Input<string>;
}

function registerSecret(
  name: string,
  metadata: Metadata,
  values: Readonly<Record<string, pulumi.Input<string>>>,
  opts: Options,
  advice: CreateAdvice,
  labels: Readonly<Record<string, string>> = {},
): void {
  new core.Secret(
    name,
    {
      metadata: {
        ...metadata,
        name: vacantName({ kind: "Secret", resource: name, ...metadata }, opts.parent, advice),
        labels: { ...kubernetesLabels("seldon-credentials"), ...labels },
        annotations: kubernetesAnnotations,
      },
      type: "Opaque",
      data: secretData(values),
    },
    opts,
  );
}

function registerServiceAccount(
  name: string,
  metadata: Metadata,
  google: pulumi.Input<string>,
  opts: Options,
  advice: CreateAdvice,
): void {
  new core.ServiceAccount(
    name,
    {
      metadata: {
        ...metadata,
        name: vacantName(
          { kind: "ServiceAccount", resource: name, ...metadata },
          opts.parent,
          advice,
        ),
        labels: kubernetesLabels("seldon-credentials"),
        annotations: { ...kubernetesAnnotations, "iam.gke.io/gcp-service-account": google },
      },
    },
    opts,
  );
}
