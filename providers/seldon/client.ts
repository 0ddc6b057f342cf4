/** Access to the Kubernetes cluster, for tools that run outside Pulumi. */

export { SeldonCluster } from "./plugin/deployment/cluster";
export { deploymentsIn } from "./plugin/deployment/detector-names";
export type { Inputs as DeploymentWithDetectors } from "./plugin/deployment/inputs";
export {
  KNATIVE_SERVICES,
  KNATIVE_TRIGGERS,
  SELDON_DEPLOYMENTS,
} from "./plugin/deployment/objects";
export { removeDeployment } from "./plugin/deployment/remove";
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
export { describe, isNotFound, isOutOfReach, StatusError } from "./plugin/kubernetes/errors";
