import type { DeploymentPipelineArgs } from "../components/use-case/deployment-pipeline";
import type { TrainingPipelineArgs } from "../components/use-case/training-pipeline";

/** A use case: everything that does not vary between environments. Names have no prefix. */
export interface UseCaseDefinition {
  readonly data: {
    /** The repo for the training data. */
    readonly repo: string;
    /** Whether the repo exists outside of the stack: used, never changed or deleted. Default: false. */
    readonly existing?: boolean;
    /**
     * The branch of the existing repo whose head the use case reads. The stack creates a branch of its
     * own there, so later commits do not start a training. Not together with `commit`. Default: the
     * use case reads `training.branch` itself.
     */
    readonly branch?: string;
    /** The commit of the existing repo that the use case reads, by a branch of its own. */
    readonly commit?: string;
    /** Whether data and models are kept when the use case leaves the stack. Default: false. */
    readonly keep?: boolean;
    /**
     * Whether the stack lets `seldon.dataReader` read the repo although it is an existing one. The
     * access is removed with the stack, even if another stack also granted it. Default: false.
     */
    readonly grantReader?: boolean;
    /** A description of the repo. */
    readonly description?: string;
  };
  readonly training: Omit<
    TrainingPipelineArgs,
    "dataRepo" | "secret" | "name" | "model" | "disposable" | "keep" | "reprocessHint"
  > & {
    /** The name of the pipeline, and of its output repo, which contains the models. */
    readonly name: string;
    /** The model's name in Determined's registry. */
    readonly model: string;
    /**
     * Whether to deploy the models of the training pipeline that has this name without prefix, as
     * they are when the use case is created, instead of training any. Default: false.
     */
    readonly defer?: boolean;
  };
  readonly deployment: Omit<
    DeploymentPipelineArgs,
    | "modelRepo"
    | "secret"
    | "detectBucketUri"
    | "namespace"
    | "name"
    | "deployName"
    | "disposable"
    | "keep"
    | "reprocessHint"
  > & {
    /** The pipeline's name. */
    readonly name: string;
    /** The name of the deployment in Seldon. */
    readonly deployName: string;
    /**
     * Whether the image passes credentials to the detectors that it deploys (`env_secret_ref`).
     * Without them detectors can read only a public bucket, and previews warn. Default: true.
     */
    readonly detectorCredentials?: boolean;
  };
}
