// Generated from the resource classes by generate-resources.ts: edit those instead.
import type { ClassSchema } from "../../../kit/package-schema";

export const PROVIDER: ClassSchema = {
  description: "A connection to the Kubernetes cluster that Seldon runs on.",
  inputProperties: {
    context: {
      type: "string",
      description: "The kubeconfig context. Default: the current context.",
    },
    kubeconfig: {
      type: "string",
      description:
        "The path or contents of a kubeconfig; stored as a secret. Users that log in with a command (`exec`), as on GKE, are supported. Default: as for kubectl, the environment variable `KUBECONFIG`, then `~/.kube/config`, then the pod's service account.",
      secret: true,
    },
  },
  requiredInputs: [],
  outputProperties: {},
  requiredOutputs: [],
};

export const RESOURCES = {
  "seldon:index:Cluster": {
    description:
      "The Kubernetes cluster that a stack uses. This resource creates nothing: its state records the cluster's identity, and on a different cluster, previews, updates, refreshes and destroys fail at this resource. Resources that change the cluster should depend on one such resource, which refuses an update before anything changes. A second one should depend on all of them, to refuse a destroy.",
    inputProperties: {},
    requiredInputs: [],
    outputProperties: {
      clusterId: {
        type: "string",
        description:
          "The UID of the cluster's namespace kube-system; empty if the kubeconfig's user may not read it.",
      },
    },
    requiredOutputs: ["clusterId"],
  },
  "seldon:index:DeploymentCleanup": {
    description:
      "The objects that deploy.py creates on Seldon under one name: the SeldonDeployment, and its drift and outlier detectors (Knative services and triggers) in another namespace. A pipeline creates them; this resource only reports on them, and removes them when it is deleted. Resources that may deploy again (the pipeline) should depend on it, so that they are deleted first.\n\nImport id: `namespace/name`, or `namespace/name/detectorNamespace` if the detectors are not in `seldon-logs`.",
    inputProperties: {
      name: {
        type: "string",
        description:
          "The SeldonDeployment's name (an RFC 1123 label). Changing it replaces the deployment.",
      },
      namespace: {
        type: "string",
        description: "The SeldonDeployment's namespace. Changing it replaces the deployment.",
      },
      detectorNamespace: {
        type: "string",
        description:
          "The namespace of its detectors, which is that of Seldon's request logger (`requestLogger.namespace` of Seldon's Helm chart, by default `seldon-logs`). Changing it is an update in place; a warning names detectors that remain in the old namespace.",
      },
    },
    requiredInputs: ["name", "namespace", "detectorNamespace"],
    outputProperties: {
      name: { type: "string", description: "The SeldonDeployment's name. Known in previews." },
      namespace: {
        type: "string",
        description: "The SeldonDeployment's namespace. Known in previews.",
      },
      detectorNamespace: {
        type: "string",
        description: "The namespace of its detectors. Known in previews.",
      },
      state: {
        type: "string",
        description:
          "The state that Seldon reported at the last update or refresh: `Available`, `Creating` or `Failed`; `Absent` if nothing is deployed yet.",
      },
      ready: {
        type: "boolean",
        description:
          "Whether, at the last update or refresh, it was `Available` and all of its detectors were ready. A deployment without detectors is ready when it is `Available`.",
      },
      clusterId: {
        type: "string",
        description:
          "The identity of its cluster: the UID of the namespace kube-system, empty if the kubeconfig's user may not read it. On a different cluster, nothing is changed, deleted or reported as gone.",
      },
    },
    requiredOutputs: ["name", "namespace", "detectorNamespace", "state", "ready", "clusterId"],
  },
} satisfies Readonly<Record<string, ClassSchema>>;
