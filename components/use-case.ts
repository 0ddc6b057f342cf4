import * as pulumi from "@pulumi/pulumi";
import * as pachyderm from "../pachyderm";
import { Component } from "./component";
import {
  DeploymentPipeline,
  type DeploymentPipelineArgs,
  type DeploymentStatus,
} from "./deployment-pipeline";
import { checkRepoName } from "./names";
import type { PipelineSecret } from "./pipeline-secret";
import type { PipelineStatus } from "./pipeline-status";
import type { SeldonNamespace } from "./seldon-namespace";
import { TrainingPipeline, type TrainingPipelineArgs } from "./training-pipeline";
import { checked } from "./validation";

export interface DataRepoArgs {
  /** The repo's name. */
  readonly repo: pulumi.Input<string>;
  /** Whether the repo is there already: used as it is, and never deleted. Default: false. */
  readonly existing?: boolean;
  /** What the repo holds, in words. */
  readonly description?: pulumi.Input<string>;
  /**
   * Who may read the repo besides its owners, where Pachyderm has auth on: a principal such as
   * `robot:seldon`. Where auth is off, nothing is made. Default: nobody.
   */
  readonly reader?: pulumi.Input<string>;
}

export interface UseCaseArgs {
  /** The repo that the training data is put into. */
  readonly data: DataRepoArgs;
  readonly training: Omit<TrainingPipelineArgs, "dataRepo" | "secret">;
  readonly deployment: Omit<
    DeploymentPipelineArgs,
    "modelRepo" | "detectBucketUri" | "secret" | "namespace"
  >;
  /** The Secret that both pipelines' environment comes from. */
  readonly secret: PipelineSecret;
  /** The bucket with the detectors' artefacts, such as `gs://NAME`. */
  readonly detectBucketUri: pulumi.Input<string>;
  /** Where deploy.py deploys to: the namespace that the Secret's `sel_namespace` names. */
  readonly namespace: SeldonNamespace;
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
  /** What Pachyderm says of the pipelines. */
  readonly pipelines: { training: PipelineStatus; deployment: PipelineStatus };
  /** The deployment in Seldon. */
  readonly deployment: DeploymentStatus;
  /** The command that puts data into the repo, and so starts a training. */
  readonly next: pulumi.Output<string>;

  constructor(name: string, args: UseCaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("UseCase", name, opts);
    const { secret, detectBucketUri, namespace } = args;

    const protect = opts?.protect ?? !(args.disposable ?? false);
    this.dataRepo = this.useRepo(name, args.data, protect);
    const training = new TrainingPipeline(
      `${name}-training`,
      { ...args.training, secret, dataRepo: this.dataRepo },
      { parent: this },
    );
    const deployment = new DeploymentPipeline(
      `${name}-deployment`,
      { ...args.deployment, secret, detectBucketUri, namespace, modelRepo: training.outputRepo },
      { parent: this, dependsOn: training },
    );

    this.modelRepo = training.outputRepo;
    this.pipelines = { training: training.status, deployment: deployment.status };
    this.deployment = deployment.deployment;
    this.next = pulumi.interpolate`pachctl put file ${this.dataRepo}@master:/ --project ${training.project} --recursive --file FOLDER`;
    this.registerOutputs({
      dataRepo: this.dataRepo,
      modelRepo: this.modelRepo,
      pipelines: this.pipelines,
      deployment: this.deployment,
      next: this.next,
    });
  }

  private useRepo(name: string, data: DataRepoArgs, protect: boolean): pulumi.Output<string> {
    const owner = `UseCase "${name}": data`;
    const repoName = checked(`${owner}.repo`, data.repo, checkRepoName);
    const repo = data.existing
      ? repoName
      : new pachyderm.Repo(
          `${name}-data`,
          { name: repoName, description: data.description },
          { parent: this, protect },
        ).name;
    if (data.reader !== undefined) {
      new pachyderm.RoleBinding(
        `${name}-data-reader`,
        {
          resourceType: "repo",
          repo,
          principal: data.reader,
          roles: ["repoReader"],
          ignoreWhenAuthDisabled: true,
        },
        { parent: this },
      );
    }
    return repo;
  }
}
