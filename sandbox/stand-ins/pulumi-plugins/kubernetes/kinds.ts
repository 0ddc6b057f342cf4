/** A kind of object that the stand-in supports. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  /** The API path of its objects, and whether they are namespaced. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** Top-level properties whose change requires a replacement, besides name and namespace. */
  readonly replaceOn: readonly string[];
}

const RBAC = "rbac.authorization.k8s.io";

/** By the type token of the resource. The official plugin's table of replacements: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go */
export const kinds: Readonly<Record<string, Kind>> = {
  "kubernetes:core/v1:Namespace": {
    apiVersion: "v1",
    kind: "Namespace",
    resource: "namespaces",
    namespaced: false,
    replaceOn: [],
  },
  "kubernetes:core/v1:Secret": {
    apiVersion: "v1",
    kind: "Secret",
    resource: "secrets",
    namespaced: true,
    replaceOn: ["type", "stringData", "data"],
  },
  "kubernetes:core/v1:ServiceAccount": {
    apiVersion: "v1",
    kind: "ServiceAccount",
    resource: "serviceaccounts",
    namespaced: true,
    replaceOn: [],
  },
  [`kubernetes:${RBAC}/v1:Role`]: {
    apiVersion: `${RBAC}/v1`,
    kind: "Role",
    resource: "roles",
    namespaced: true,
    replaceOn: [],
  },
  [`kubernetes:${RBAC}/v1:RoleBinding`]: {
    apiVersion: `${RBAC}/v1`,
    kind: "RoleBinding",
    resource: "rolebindings",
    namespaced: true,
    replaceOn: ["roleRef"],
  },
};

/** The path of a kind's objects, in one namespace if it is namespaced. */
export function collectionPath({ apiVersion, resource, namespaced }: Kind, namespace: string) {
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${group}${scope}/${resource}`;
}

/** The path of one object. */
export function objectPath(kind: Kind, namespace: string, name: string): string {
  return `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
}
