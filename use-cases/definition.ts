import type { DeploymentPipelineArgs } from "../components/use-case/deployment-pipeline";
import type { TrainingPipelineArgs } from "../components/use-case/training-pipeline";

/** A use case: all that does not vary between environments. Its names are without prefix. */
export interface UseCaseDefinition {
  readonly data: {
    /** The repo that the training data is put into. */
    readonly repo: string;
    /** Whether the repo is somebody else's: used as it is, and never deleted. Default: false. */
    readonly existing?: boolean;
    /**
     * The branch of the existing repo whose head the use case reads. The stack creates a branch of its
     * own there, so later commits do not start a training. Not together with `commit`. Default: the
     * use case reads `training.branch` itself.
     */
    readonly branch?: string;
    /** The commit of the existing repo that the use case reads, by a branch of its own. */
    readonly commit?: string;
    /** Whether data and models stay when the use case leaves the stack. Default: false. */
    readonly keep?: boolean;
    /**
     * Whether the stack lets `seldon.dataReader` read the repo though it is somebody else's. The
     * access goes with the stack, also where another stack granted it. Default: false.
     */
    readonly grantReader?: boolean;
    /** What the repo holds, in words. */
    readonly description?: string;
  };
  readonly training: Omit<
    TrainingPipelineArgs,
    "dataRepo" | "secret" | "name" | "model" | "disposable" | "keep" | "reprocessHint"
  > & {
    /** The pipeline's name, and so that of the repo that it puts models into. */
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
     * Whether the image gives the detectors that it deploys credentials (`env_secret_ref`). Without
     * them they read only a public bucket, which previews warn of. Default: true.
     */
    readonly detectorCredentials?: boolean;
  };
}
