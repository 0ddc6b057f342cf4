/** The permissions that an update needs on the cluster, as pure code. */
import { hasStorageCredentials } from "../../../components/seldon-namespace/google-credentials";
import type { Config } from "../../../config";
import { dedicatedNamespace } from "../../../config/dedicated";
import {
  KNATIVE_SERVICES,
  KNATIVE_TRIGGERS,
  SELDON_DEPLOYMENTS,
} from "../../../providers/seldon/client";

/** The verbs that must be allowed on a kind of object in one namespace. */
export interface ClusterNeeds {
  /** Empty for objects without a namespace. */
  readonly namespace: string;
  /** The API group; empty for the core API. */
  readonly group: string;
  /** The kind's name in the API, such as `secrets`. */
  readonly resource: string;
  /** The name of the object, if the permission is for a single one. */
  readonly name?: string;
  readonly verbs: readonly string[];
  /** What does not work without it, if an update works. */
  readonly optional?: string;
}

/** An object that the stack creates, by server-side apply, changes and deletes. */
const OWN = ["get", "create", "patch", "delete"];

/** All that an update, and a destroy, of the stack needs. */
export function clusterNeeds(config: Config): ClusterNeeds[] {
  const { pachyderm, seldon } = config;
  const namespaces = seldonNamespaces(config);
  const withCredentials = hasStorageCredentials(config.seldon)
    ? [...namespaces, seldon.detectorNamespace]
    : [];
  const withSecrets = [...new Set([pachyderm.namespace, ...withCredentials])];
  const withAccounts = seldon.googleServiceAccount === undefined ? [] : withCredentials;
  return [
    ...namespaceNeeds(config),
    ...withSecrets.map((namespace) => core(namespace, "secrets", OWN)),
    ...[...new Set(withAccounts)].map((namespace) => core(namespace, "serviceaccounts", OWN)),
    ...deploymentNeeds(config, namespaces),
  ];
}

/** The shared namespace of deployments, and the dedicated ones of use cases. */
export function seldonNamespaces({ seldon, useCases }: Config): string[] {
  const dedicated = Object.entries(useCases).flatMap(([name, { dedicated, definition }]) =>
    dedicated.namespace && definition.deployment
      ? [dedicatedNamespace(seldon.namespace, name, definition.deployment.deployName)]
      : [],
  );
  return [...new Set([seldon.namespace, ...dedicated])];
}

/** Whether a use case deploys models, with their detectors. */
export function deploysModels({ useCases }: Config): boolean {
  return Object.values(useCases).some(({ definition }) => definition.deployment !== undefined);
}

function namespaceNeeds(config: Config): ClusterNeeds[] {
  const { seldon, disposable, data } = config;
  const own = seldonNamespaces(config).filter(
    (name) => !seldon.existing || name !== seldon.namespace,
  );
  // a namespace that is protected or kept is not deleted
  const verbs = disposable && !data.keep ? OWN : OWN.filter((verb) => verb !== "delete");
  return [
    {
      ...core("", "namespaces", ["get"]),
      name: "kube-system",
      optional: "a kubeconfig for another cluster will not be detected",
    },
    ...own.map((name) => ({ ...core("", "namespaces", verbs), name })),
  ];
}

/** What deploy.py creates, which the stack observes and deletes: docs/seldon-provider.md. */
function deploymentNeeds(config: Config, namespaces: readonly string[]): ClusterNeeds[] {
  if (!deploysModels(config)) return [];
  const places = [...new Set([...namespaces, config.seldon.detectorNamespace])];
  return places.flatMap((namespace) =>
    [
      { ...SELDON_DEPLOYMENTS, verbs: ["get", "delete"] },
      { ...KNATIVE_SERVICES, verbs: ["list", "delete"] },
      { ...KNATIVE_TRIGGERS, verbs: ["list", "delete"] },
    ].map(({ group, plural, verbs }) => ({ namespace, group, resource: plural, verbs })),
  );
}

function core(namespace: string, resource: string, verbs: readonly string[]): ClusterNeeds {
  return { namespace, group: "", resource, verbs };
}
