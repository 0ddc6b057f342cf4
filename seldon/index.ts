export { Deployment, type DeploymentArgs } from "./deployment";
export { Provider, type ProviderArgs } from "./provider";
