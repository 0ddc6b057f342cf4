export type { DetectorBucketArgs } from "./detector-bucket/args";
export { DetectorBucket } from "./detector-bucket/detector-bucket";
export { PipelineSecret, type PipelineSecretArgs } from "./pipeline-secret/pipeline-secret";
export { SeldonNamespace, type SeldonNamespaceArgs } from "./seldon-namespace/seldon-namespace";
export { DeploymentPipeline, type DeploymentPipelineArgs } from "./use-case/deployment-pipeline";
export { TrainingPipeline, type TrainingPipelineArgs } from "./use-case/training-pipeline";
export { type DataRepoArgs, UseCase, type UseCaseArgs } from "./use-case/use-case";
