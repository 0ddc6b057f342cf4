/** Access to the Kubernetes cluster, for tools that run outside of Pulumi. */

export {
  KNATIVE_SERVICES,
  KNATIVE_TRIGGERS,
  SELDON_DEPLOYMENTS,
} from "./plugin/deployment/objects";
export { KubernetesClient } from "./plugin/kubernetes/client";
export { Connection, type Identity } from "./plugin/kubernetes/connection";
export {
  type CoreReference,
  ForbiddenError,
  findMetadata,
  formatReference,
} from "./plugin/kubernetes/core-objects";
export {
  CustomResources,
  listGroups,
  type ResourceKind,
} from "./plugin/kubernetes/custom-resources";
export { describe, isOutOfReach } from "./plugin/kubernetes/errors";
