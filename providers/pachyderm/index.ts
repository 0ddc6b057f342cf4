export { Branch, type BranchArgs } from "./branch";
export {
  type Budget,
  type Deletion,
  type DescribeStackArgs,
  describeStack,
  type Member,
  type Owned,
} from "./describe-stack";
export { type FindResourceArgs, type FindResourceResult, findResource } from "./find-resource";
export { Pipeline, type PipelineArgs } from "./pipeline";
export { Project, type ProjectArgs } from "./project";
export { Provider, type ProviderArgs } from "./provider";
export { Repo, type RepoArgs } from "./repo";
export { RobotToken, type RobotTokenArgs } from "./robot-token";
export { RoleBinding, type RoleBindingArgs } from "./role-binding";
/** The types in a pipeline spec, such as `spec.Input`. */
export type * as spec from "./spec/types";
export type { PipelineSpec } from "./spec/types";
