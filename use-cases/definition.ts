import type { DeploymentPipelineArgs } from "../components/use-case/deployment-pipeline";
import type { TrainingPipelineArgs } from "../components/use-case/training-pipeline";
import type { PipelineSpec } from "../providers/pachyderm";

/**
 * A use case: everything that does not vary between environments. Names have no prefix. It has a
 * training, further pipelines, or both.
 */
export interface UseCaseDefinition {
  /** The training data. Required with `training`, and not allowed without it. */
  readonly data?: {
    /** The repo for the training data. */
    readonly repo: string;
    /** Whether the repo exists outside of the stack: used, never changed or deleted. Default: false. */
    readonly existing?: boolean;
    /**
     * The branch of the existing repo whose head the use case reads. The stack creates a branch of
     * its own there, so later commits do not start a training. Cannot be combined with `commit`.
     * Default: the use case reads `training.branch` directly.
     */
    readonly branch?: string;
    /** The commit of the existing repo that the use case reads, through a branch of its own. */
    readonly commit?: string;
    /** Whether data and models are kept when the use case leaves the stack. Default: false. */
    readonly keep?: boolean;
    /**
     * Whether the stack grants `seldon.dataReader` access to the repo even though it is an existing
     * one. The access is removed with the stack, even if another stack also granted it. Default:
     * false.
     */
    readonly grantReader?: boolean;
    /** A description of the repo. */
    readonly description?: string;
  };
  /** The pipeline that trains a model whenever the data changes. */
  readonly training?: Omit<
    TrainingPipelineArgs,
    "dataRepo" | "secret" | "name" | "model" | "disposable" | "keep" | "reprocessHint"
  > & {
    /** The name of the pipeline, and of its output repo, which contains the models. */
    readonly name: string;
    /** The model's name in Determined's registry. */
    readonly model: string;
    /**
     * Whether to deploy existing models instead of training: those of the training pipeline with
     * this name without a prefix, as they are when the use case is created. Default: false.
     */
    readonly defer?: boolean;
  };
  /** The pipeline that deploys each new model to Seldon. Requires `training`. */
  readonly deployment?: Omit<
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
  /** Further repos that the use case's pipelines read, by name. */
  readonly repos?: Readonly<Record<string, RepoDefinition>>;
  /** Further pipelines, by a key that becomes part of the names of their resources. */
  readonly pipelines?: Readonly<Record<string, PipelineDefinition>>;
}

/** A repo of a use case other than the one for its training data. */
export interface RepoDefinition {
  /** Whether the repo exists outside of the stack: used, never changed or deleted. Default: false. */
  readonly existing?: boolean;
  /** A description of the repo. */
  readonly description?: string;
}

/** A pipeline that is neither the training nor the deployment. */
export interface PipelineDefinition {
  /**
   * The whole spec, with Pachyderm's own field names. Input repos that a selected use case creates
   * get the stack's prefix, as the pipeline's name does. `pipeline`, `input` and `transform` are
   * plain blocks, not Outputs.
   */
  readonly spec: PipelineSpec;
  /**
   * The keys of the pipeline Secret that the code reads, appended to `transform.secrets`; `det_user`
   * becomes the variable `DET_USER`. Default: none.
   */
  readonly secretKeys?: readonly string[];
  /**
   * Any text. When it changes, the next update processes all datums again, once. Otherwise datums
   * that are already processed are skipped, even if the image changes. Default: "".
   */
  readonly reprocess?: string;
}

/**
 * A use case in a stack, with prefixed names. The key of a further repo has no prefix, because
 * resources are named after it.
 */
export interface NamedUseCase extends Omit<UseCaseDefinition, "repos"> {
  readonly repos?: Readonly<
    Record<
      string,
      RepoDefinition & {
        /** The repo's name. Default: its key. */
        readonly name?: string;
      }
    >
  >;
}

/** The selected use cases by name. */
export type NamedUseCases = Readonly<Record<string, NamedUseCase>>;
