import type * as pulumi from "@pulumi/pulumi";
import type { PipelineSecret } from "../pipeline-secret/pipeline-secret";
import type { SeldonNamespace } from "../seldon-namespace/seldon-namespace";
import type { DataRepoArgs } from "./data-repo";
import type { DeploymentPipelineArgs } from "./deployment-pipeline";
import type { ExistingModelsArgs } from "./existing-models";
import type { FurtherPipelineArgs } from "./further-pipeline";
import type { TrainingPipelineArgs } from "./training-pipeline";

/** A repo other than the one with the training data. */
export interface FurtherRepoArgs {
  /** The repo's name. Default: its key. */
  readonly name?: pulumi.Input<string>;
  /** Whether the repo exists outside of the stack: used, never changed or deleted. Default: false. */
  readonly existing?: boolean;
  /** A description of the repo. */
  readonly description?: pulumi.Input<string>;
}

export interface UseCaseArgs {
  /** The repo that the training data is put into. Required with `training`. */
  readonly data?: DataRepoArgs | undefined;
  /**
   * Deploys these models instead of training: the use case then has no data and no training
   * pipeline, and ignores `data` and `training`. Default: none.
   */
  readonly models?: ExistingModelsArgs | undefined;
  /** Trains models. Default: none. */
  readonly training?:
    | Omit<TrainingPipelineArgs, "dataRepo" | "secret" | "disposable" | "keep">
    | undefined;
  /** Deploys the models. Requires `training` or `models`. Default: none. */
  readonly deployment?:
    | Omit<
        DeploymentPipelineArgs,
        "modelRepo" | "detectBucketUri" | "secret" | "namespace" | "disposable" | "keep"
      >
    | undefined;
  /** Further repos, by a key that becomes part of their resources' names. Default: none. */
  readonly repos?: Readonly<Record<string, FurtherRepoArgs>>;
  /** Further pipelines, by a key that becomes part of their resources' names. Default: none. */
  readonly pipelines?: Readonly<
    Record<string, Omit<FurtherPipelineArgs, "secret" | "disposable" | "keep">>
  >;
  /**
   * Repos that other resources of this program create, by name: a further pipeline that reads one
   * depends on that resource. Default: none.
   */
  readonly sources?: Readonly<Record<string, pulumi.Input<string>>>;
  /** The project of repos and pipelines, which the inputs of further pipelines may name. Default: `default`. */
  readonly project?: string;
  /** The Secret with the pipelines' environment. */
  readonly secret: PipelineSecret;
  /** The bucket with the detectors' artefacts, such as `gs://NAME`. */
  readonly detectBucketUri: pulumi.Input<string>;
  /** The namespace that deploy.py deploys to, which the Secret's `sel_namespace` contains. */
  readonly namespace: SeldonNamespace;
  /**
   * Whether the data may be lost: the data repo and the models are deleted with the stack, or when
   * their names change. Otherwise they are protected. A change takes effect with the next `pulumi
   * up`. Default: false.
   */
  readonly disposable?: boolean;
  /**
   * Keeps further repos, and the results of further pipelines, as `data.keep` keeps the data.
   * Default: `data.keep`.
   */
  readonly keep?: boolean;
}
