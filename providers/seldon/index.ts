export { Cluster } from "./cluster";
export { Deployment, type DeploymentArgs } from "./deployment";
export {
  type FoundCluster,
  type FoundObject,
  findObject,
  getCluster,
  type ObjectReference,
} from "./functions";
export { Provider, type ProviderArgs } from "./provider";
