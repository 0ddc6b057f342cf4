import type * as pulumi from "@pulumi/pulumi";
import * as pachyderm from "../pachyderm";
import { Component } from "./component";
import { DeploymentPipeline, type DeploymentPipelineArgs } from "./deployment-pipeline";
import { checkRepoName } from "./names";
import type { PipelineSecret } from "./pipeline-secret";
import { TrainingPipeline, type TrainingPipelineArgs } from "./training-pipeline";
import { checked } from "./validation";

export interface DataRepoArgs {
  /** The repo's name. */
  readonly repo: pulumi.Input<string>;
  /** Whether the repo is there already: used as it is, and never deleted. Default: false. */
  readonly existing?: boolean;
  /** What the repo holds, in words. */
  readonly description?: pulumi.Input<string>;
}

export interface UseCaseArgs {
  /** The repo that the training data is put into. */
  readonly data: DataRepoArgs;
  readonly training: Omit<TrainingPipelineArgs, "dataRepo" | "secret">;
  readonly deployment: Omit<DeploymentPipelineArgs, "modelRepo" | "detectBucketUri" | "secret">;
  /** The Secret that both pipelines' environment comes from. */
  readonly secret: PipelineSecret;
  /** The bucket with the detectors' artefacts, such as `gs://NAME`. */
  readonly detectBucketUri: pulumi.Input<string>;
  /**
   * Whether the data may be lost: the data repo is then deleted with the stack, or with a change of
   * its name, and otherwise protected. A change takes effect with the next `pulumi up`. Default: false.
   */
  readonly disposable?: boolean;
}

/** Data, a pipeline that trains models on it, and a pipeline that deploys them. */
export class UseCase extends Component {
  /** The repo that the training data is put into. */
  readonly dataRepo: pulumi.Output<string>;
  /** The repo that the training pipeline puts models into. */
  readonly modelRepo: pulumi.Output<string>;
  /** The names of the pipelines. */
  readonly pipelines: { training: pulumi.Output<string>; deployment: pulumi.Output<string> };
  /** The name of the deployment in Seldon. */
  readonly deployName: pulumi.Output<string>;

  constructor(name: string, args: UseCaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("UseCase", name, opts);
    const { secret, detectBucketUri } = args;

    const protect = opts?.protect ?? !(args.disposable ?? false);
    this.dataRepo = this.useRepo(name, args.data, protect);
    const training = new TrainingPipeline(
      `${name}-training`,
      { ...args.training, secret, dataRepo: this.dataRepo },
      { parent: this },
    );
    const deployment = new DeploymentPipeline(
      `${name}-deployment`,
      { ...args.deployment, secret, detectBucketUri, modelRepo: training.outputRepo },
      { parent: this, dependsOn: training },
    );

    this.modelRepo = training.outputRepo;
    this.pipelines = { training: training.name, deployment: deployment.name };
    this.deployName = deployment.deployName;
    this.registerOutputs({
      dataRepo: this.dataRepo,
      modelRepo: this.modelRepo,
      pipelines: this.pipelines,
      deployName: this.deployName,
    });
  }

  private useRepo(
    name: string,
    { repo, existing, description }: DataRepoArgs,
    protect: boolean,
  ): pulumi.Output<string> {
    const repoName = checked(`UseCase "${name}": data.repo`, repo, checkRepoName);
    if (existing === true) return repoName;
    const args = { name: repoName, description };
    return new pachyderm.Repo(`${name}-data`, args, { parent: this, protect }).name;
  }
}
