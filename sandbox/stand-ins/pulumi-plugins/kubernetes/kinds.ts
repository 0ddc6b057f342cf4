/** A kind of object that the stand-in knows. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Where the API server has its objects, and whether each lies in a namespace. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** Top-level properties whose change needs a new object, beside name and namespace. */
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

/** The path of a kind's objects, those of one namespace where it has namespaces. */
export function collectionPath({ apiVersion, resource, namespaced }: Kind, namespace: string) {
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${group}${scope}/${resource}`;
}

/** The path of one object. */
export function objectPath(kind: Kind, namespace: string, name: string): string {
  return `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
}
