export { Cluster } from "./cluster";
export { DeploymentCleanup, type DeploymentCleanupArgs } from "./deployment-cleanup";
export {
  type FoundCluster,
  type FoundObject,
  findObject,
  getCluster,
  type ObjectReference,
} from "./functions";
export { Provider, type ProviderArgs } from "./provider";
