import * as pulumi from "@pulumi/pulumi";
import * as pachyderm from "../../providers/pachyderm";
import { Component } from "../common/component";
import { type LifetimeOptions, lifetimeOptions, noteInPreview } from "../common/lifetime";
import { checkRepoName } from "../common/names";
import { checked } from "../common/validation";
import type { PipelineSecret } from "../pipeline-secret/pipeline-secret";
import type { SeldonNamespace } from "../seldon-namespace/seldon-namespace";
import { bindReader, sharedReader } from "./data-reader";
import {
  DeploymentPipeline,
  type DeploymentPipelineArgs,
  type DeploymentStatus,
} from "./deployment-pipeline";
import type { PipelineStatus } from "./pipeline-status";
import { TrainingPipeline, type TrainingPipelineArgs } from "./training-pipeline";

export interface DataRepoArgs {
  /** The repo's name. */
  readonly repo: pulumi.Input<string>;
  /**
   * Whether the repo is there already: used as it is, and never deleted. Needs `project`. Default:
   * false.
   */
  readonly existing?: boolean;
  /**
   * Whether another resource of this program makes the repo: `repo` is then its output, nothing is
   * made or read, and the pipelines wait for that resource. Default: false.
   */
  readonly inProgram?: boolean;
  /** The project that the repo is in. Default: the provider's. */
  readonly project?: string;
  /**
   * Whether the data stays when the use case leaves the program or the stack is destroyed: data repo
   * and models are then retained rather than protected. Takes effect with the next `pulumi up`.
   * Default: false.
   */
  readonly keep?: boolean;
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
  readonly training: Omit<TrainingPipelineArgs, "dataRepo" | "secret" | "disposable" | "keep">;
  readonly deployment: Omit<
    DeploymentPipelineArgs,
    "modelRepo" | "detectBucketUri" | "secret" | "namespace" | "disposable" | "keep"
  >;
  /** The Secret that both pipelines' environment comes from. */
  readonly secret: PipelineSecret;
  /** The bucket with the detectors' artefacts, such as `gs://NAME`. */
  readonly detectBucketUri: pulumi.Input<string>;
  /** Where deploy.py deploys to: the namespace that the Secret's `sel_namespace` names. */
  readonly namespace: SeldonNamespace;
  /**
   * Whether the data may be lost: data repo and models are then deleted with the stack, or with a
   * change of their names, and are otherwise protected. A change takes effect with the next
   * `pulumi up`. Default: false.
   */
  readonly disposable?: boolean;
}

/** Data, a pipeline that trains models on it, and a pipeline that deploys them. */
export class UseCase extends Component {
  /** The repo that the training data is put into. */
  readonly dataRepo: pulumi.Output<string>;
  /** The repo that the training pipeline puts models into. */
  readonly modelRepo: pulumi.Output<string>;
  /** The output repo of the deployment pipeline. */
  readonly deploymentRepo: pulumi.Output<string>;
  /** What Pachyderm says of the pipelines. */
  readonly pipelines: { training: PipelineStatus; deployment: PipelineStatus };
  /** The deployment in Seldon. */
  readonly deployment: DeploymentStatus;
  /** The command that puts data into the repo, and so starts a training. */
  readonly next: pulumi.Output<string>;

  constructor(name: string, args: UseCaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("UseCase", name, opts);
    const { secret, detectBucketUri, namespace } = args;

    const { disposable } = args;
    const { keep } = args.data;
    const lifetime = lifetimeOptions({ disposable, keep }, opts?.protect);
    this.dataRepo = this.#useRepo(name, args.data, lifetime);
    if (keep)
      noteInPreview(
        `UseCase "${name}": data.keep is set: data and models stay when the use case leaves the stack`,
        this,
      );
    const training = new TrainingPipeline(
      `${name}-training`,
      { ...args.training, secret, dataRepo: this.dataRepo, disposable, keep },
      { parent: this, protect: opts?.protect },
    );
    const deployment = new DeploymentPipeline(
      `${name}-deployment`,
      {
        ...args.deployment,
        secret,
        detectBucketUri,
        namespace,
        modelRepo: training.outputRepo,
        disposable,
        keep,
      },
      { parent: this, dependsOn: training, protect: opts?.protect },
    );

    this.modelRepo = training.outputRepo;
    this.deploymentRepo = deployment.outputRepo;
    this.pipelines = { training: training.status, deployment: deployment.status };
    this.deployment = deployment.deployment;
    this.next = pulumi.interpolate`pachctl put file ${this.dataRepo}@master:/ --project ${training.project} --recursive --file FOLDER`;
    this.registerOutputs({
      dataRepo: this.dataRepo,
      modelRepo: this.modelRepo,
      deploymentRepo: this.deploymentRepo,
      pipelines: this.pipelines,
      deployment: this.deployment,
      next: this.next,
      // what becomes of the repo once the use case is not in the program any more: only the state tells
      dataStays:
        lifetime.retainOnDelete || args.data.existing === true || args.data.inProgram === true,
    });
  }

  #useRepo(name: string, data: DataRepoArgs, lifetime: LifetimeOptions): pulumi.Output<string> {
    const owner = `UseCase "${name}": data`;
    const repoName = checked(`${owner}.repo`, data.repo, checkRepoName);
    const repo = data.inProgram
      ? repoName
      : data.existing
        ? readRepo(owner, `${name}-data`, { ...data, repo: repoName }, this)
        : new pachyderm.Repo(
            `${name}-data`,
            { name: repoName, project: data.project, description: data.description },
            { parent: this, ...lifetime },
          ).name;
    if (data.reader !== undefined) {
      // the binding of a repo that was an existing one until now
      const aliases =
        typeof data.repo === "string"
          ? [{ name: sharedReader(data.repo), parent: pulumi.rootStackResource }]
          : [];
      bindReader(`${name}-data-reader`, repo, data.reader, { parent: this, aliases });
    }
    return repo;
  }
}

/**
 * Reads somebody else's repo. Under the name that the stack's own would have, the engine lets go of
 * that one, protected or not, where it is the same repo, and deletes nothing.
 */
function readRepo(
  owner: string,
  logicalName: string,
  { repo, project }: DataRepoArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  // without it the id could be that of another repo than the stack's own
  if (project === undefined)
    throw new pulumi.RunError(`${owner}.project is missing: an existing repo takes its project`);
  const id = pulumi.interpolate`${project}/${repo}`;
  id.apply((known) =>
    noteInPreview(
      `repo ${known} is used as it is: the stack does not change or delete it, and lets go of it if it is the stack's own`,
      parent,
    ),
  );
  const existing = pachyderm.Repo.get(logicalName, id, { parent });
  return pulumi.all([repo, existing.id]).apply(([known]) => known);
}
