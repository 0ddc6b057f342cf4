export { Pipeline, type PipelineArgs } from "./pipeline";
export { Provider, type ProviderArgs } from "./provider";
export { Repo, type RepoArgs } from "./repo";
export type { PipelineSpec } from "./spec/types";
