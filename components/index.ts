export type { DetectorBucketArgs } from "./bucket-args";
export { DeploymentPipeline, type DeploymentPipelineArgs } from "./deployment-pipeline";
export { DetectorBucket } from "./detector-bucket";
export { PipelineSecret, type PipelineSecretArgs } from "./pipeline-secret";
export { SeldonNamespace, type SeldonNamespaceArgs } from "./seldon-namespace";
export { TrainingPipeline, type TrainingPipelineArgs } from "./training-pipeline";
export { type DataRepoArgs, UseCase, type UseCaseArgs } from "./use-case";
