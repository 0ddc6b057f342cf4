// Generated from the resource classes by generate-resources.ts: edit those instead.
import type { ClassSchema } from "../../../kit/package-schema";

export const PROVIDER: ClassSchema = {
  description: "A connection to the Kubernetes cluster that Seldon runs on.",
  inputProperties: {
    context: { type: "string", description: "The kubeconfig's context. Default: its current one." },
    kubeconfig: {
      type: "string",
      description:
        "A kubeconfig's path or its contents; either is kept as a secret. Users that log in with a command (`exec`, as on GKE) work. Default: where kubectl looks, that is the environment variable `KUBECONFIG`, then `~/.kube/config`, then the pod's own service account.",
      secret: true,
    },
  },
  requiredInputs: [],
  outputProperties: {},
  requiredOutputs: [],
};

export const RESOURCES: Readonly<Record<string, ClassSchema>> = {
  "seldon:index:Cluster": {
    description:
      "The Kubernetes cluster that a stack is on. It makes nothing: its state keeps the cluster's identity, and on another cluster previews, updates, refreshes and destroys fail at this resource. So whatever changes the cluster should depend on one of these, which refuses an update before anything is changed; and a second one should depend on all that, which refuses a destroy.",
    inputProperties: {},
    requiredInputs: [],
    outputProperties: {
      clusterId: {
        type: "string",
        description:
          "The UID of the cluster's namespace kube-system; empty where the kubeconfig's user may not read that.",
      },
    },
    requiredOutputs: ["clusterId"],
  },
  "seldon:index:Deployment": {
    description:
      "What deploy.py makes on Seldon under one name: the SeldonDeployment, and its drift and outlier detectors (Knative services and triggers) in another namespace. It makes none of them, a pipeline does; it reports on them, and its delete removes them. Whatever may deploy again (the pipeline) should depend on it, so that it is deleted before.\n\nImport id: `namespace/name`, or `namespace/name/detectorNamespace` where the detectors are not in `seldon-logs`.",
    inputProperties: {
      name: {
        type: "string",
        description:
          "The SeldonDeployment's name (RFC 1123 label). Another name is another deployment.",
      },
      namespace: {
        type: "string",
        description: "The namespace that it is in. Another namespace makes it another deployment.",
      },
      detectorNamespace: {
        type: "string",
        description:
          "The namespace of its detectors: where Seldon's request logger is (`requestLogger.namespace` of Seldon's Helm chart, by default `seldon-logs`). It is updated in place; detectors that stay behind in the old one are named in a warning.",
      },
    },
    requiredInputs: ["name", "namespace", "detectorNamespace"],
    outputProperties: {
      name: { type: "string", description: "The SeldonDeployment's name, known in previews." },
      namespace: { type: "string", description: "Its namespace, known in previews." },
      detectorNamespace: {
        type: "string",
        description: "The namespace of its detectors, known in previews.",
      },
      state: {
        type: "string",
        description:
          "What Seldon says of it as of the last up or refresh: `Available`, `Creating` or `Failed`; `Absent` if nothing was deployed yet.",
      },
      ready: {
        type: "boolean",
        description:
          "Whether it is `Available` and each of its detectors is ready, as of the last up or refresh. A deployment without detectors is ready by itself.",
      },
      clusterId: {
        type: "string",
        description:
          "The cluster that it is on: the UID of the namespace kube-system, empty where the kubeconfig's user may not read that. On another cluster nothing is changed, deleted or called gone.",
      },
    },
    requiredOutputs: ["name", "namespace", "detectorNamespace", "state", "ready", "clusterId"],
  },
};
