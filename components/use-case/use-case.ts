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
   * Whether the repo exists outside of the stack: used, never changed or deleted. Requires `project`.
   * Default: false.
   */
  readonly existing?: boolean;
  /**
   * Whether another resource of this program creates the repo: `repo` is then its output, no repo is
   * created or read, and the pipelines depend on that resource. Default: false.
   */
  readonly inProgram?: boolean;
  /**
   * A branch of the existing repo that the use case creates and reads in place of
   * `training.branch`: commits to other branches then start no training. Default: none.
   */
  readonly ownBranch?: OwnBranchArgs | undefined;
  /** The repo's project. Default: the provider's. */
  readonly project?: string;
  /**
   * Whether the data is kept when the use case leaves the program or the stack is destroyed: data
   * repo and models are then retained instead of protected. A change takes effect with the next
   * `pulumi up`. Default: false.
   */
  readonly keep?: boolean;
  /** A description of the repo. */
  readonly description?: pulumi.Input<string>;
  /**
   * Who may read the repo besides its owners if Pachyderm has auth on: a principal such as
   * `robot:seldon`. If auth is off, this has no effect. Default: nobody.
   */
  readonly reader?: pulumi.Input<string>;
}

/** A branch that a use case has of a repo that exists outside of the stack. */
export interface OwnBranchArgs {
  readonly name: pulumi.Input<string>;
  /** The branch whose head it starts at, unless `commit` is set. */
  readonly fromBranch?: pulumi.Input<string> | undefined;
  /** The commit that it is at. */
  readonly commit?: pulumi.Input<string> | undefined;
}

/** The output repo of a training pipeline that exists outside of the stack. */
export interface ExistingModelsArgs {
  readonly repo: pulumi.Input<string>;
  /** The project that the repo is in. */
  readonly project: string;
  /** The branch of it that the use case creates, and that the deployment pipeline reads. */
  readonly ownBranch: OwnBranchArgs;
}

export interface UseCaseArgs {
  /** The repo that the training data is put into. */
  readonly data: DataRepoArgs;
  /**
   * Deploys these models instead of training: there are then no data and no training pipeline, and
   * `data` and `training` are not used. Default: none.
   */
  readonly models?: ExistingModelsArgs | undefined;
  readonly training: Omit<TrainingPipelineArgs, "dataRepo" | "secret" | "disposable" | "keep">;
  readonly deployment: Omit<
    DeploymentPipelineArgs,
    "modelRepo" | "detectBucketUri" | "secret" | "namespace" | "disposable" | "keep"
  >;
  /** The Secret with both pipelines' environment. */
  readonly secret: PipelineSecret;
  /** The bucket with the detectors' artefacts, such as `gs://NAME`. */
  readonly detectBucketUri: pulumi.Input<string>;
  /** The namespace that deploy.py deploys to, which the Secret's `sel_namespace` contains. */
  readonly namespace: SeldonNamespace;
  /**
   * Whether the data may be lost: data repo and models are deleted with the stack, or when their
   * names change. Otherwise they are protected. A change takes effect with the next `pulumi up`.
   * Default: false.
   */
  readonly disposable?: boolean;
}

/** Data, a pipeline that trains models on it, and a pipeline that deploys them. */
export class UseCase extends Component {
  /** The repo that the training data is put into; undefined if the use case does not train. */
  readonly dataRepo: pulumi.Output<string> | undefined;
  /** The repo with the models that are deployed. */
  readonly modelRepo: pulumi.Output<string>;
  /** The output repo of the deployment pipeline. */
  readonly deploymentRepo: pulumi.Output<string>;
  /** The pipelines' status in Pachyderm. */
  readonly pipelines: { training?: PipelineStatus; deployment: PipelineStatus };
  /** The deployment in Seldon. */
  readonly deployment: DeploymentStatus;
  /**
   * The command that puts data into the repo, which starts a training; undefined if the use case
   * does not train.
   */
  readonly next: pulumi.Output<string> | undefined;

  constructor(name: string, args: UseCaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("UseCase", name, opts);
    const { secret, detectBucketUri, namespace } = args;

    const { disposable } = args;
    const { keep } = args.data;
    const lifetime = lifetimeOptions({ disposable, keep }, opts?.protect);
    const trained = args.models === undefined ? this.#train(name, args, lifetime, opts) : undefined;
    const models =
      args.models === undefined
        ? { repo: trained?.training.outputRepo ?? pulumi.output("") }
        : readModels(name, args.models, this);
    const deployment = new DeploymentPipeline(
      `${name}-deployment`,
      {
        ...args.deployment,
        secret,
        detectBucketUri,
        namespace,
        modelRepo: models.repo,
        ...("branch" in models && { branch: models.branch }),
        disposable,
        keep,
      },
      { parent: this, dependsOn: trained?.training ?? [], protect: opts?.protect },
    );

    this.dataRepo = trained?.dataRepo;
    this.modelRepo = models.repo;
    this.deploymentRepo = deployment.outputRepo;
    this.pipelines = {
      ...(trained && { training: trained.training.status }),
      deployment: deployment.status,
    };
    this.deployment = deployment.deployment;
    this.next = trained?.next;
    this.registerOutputs({
      dataRepo: this.dataRepo,
      modelRepo: this.modelRepo,
      deploymentRepo: this.deploymentRepo,
      pipelines: this.pipelines,
      deployment: this.deployment,
      next: this.next,
      // once the use case leaves the program, only the state tells whether its repo is kept
      dataStays:
        lifetime.retainOnDelete || args.data.existing === true || args.data.inProgram === true,
    });
  }

  /** Makes what trains models: data and the pipeline that reads them. */
  #train(
    name: string,
    args: UseCaseArgs,
    lifetime: LifetimeOptions,
    opts: pulumi.ComponentResourceOptions | undefined,
  ) {
    const { data, secret, disposable } = args;
    const { keep } = data;
    const dataRepo = this.#useRepo(name, data, lifetime);
    if (keep)
      noteInPreview(
        `UseCase "${name}": data.keep is set: data and models are kept when the use case leaves the stack`,
        this,
      );
    const branch =
      data.ownBranch === undefined
        ? args.training.branch
        : ownBranch(`${name}-data-branch`, dataRepo, data.project, data.ownBranch, this);
    const training = new TrainingPipeline(
      `${name}-training`,
      { ...args.training, ...(branch && { branch }), secret, dataRepo, disposable, keep },
      { parent: this, protect: opts?.protect },
    );
    const next = pulumi.interpolate`pachctl put file ${dataRepo}@${branch ?? "master"}:/ --project ${training.project} --recursive --file FOLDER`;
    return { dataRepo, training, next };
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
      // the binding from when the repo was an existing one
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
 * Reads an existing repo. It has the resource name of the stack's own repo, so the engine drops the
 * stack's own from the state, protected or not, if it is the same repo, and deletes nothing.
 */
function readRepo(
  owner: string,
  logicalName: string,
  { repo, project, ownBranch: own }: DataRepoArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  // without it, the id may differ from that of the stack's own repo
  if (project === undefined)
    throw new pulumi.RunError(`${owner}.project is missing: an existing repo requires its project`);
  const id = pulumi.interpolate`${project}/${repo}`;
  pulumi.all([id, own?.name]).apply(([known, branch]) => {
    const apart = branch === undefined ? "" : ` apart from its own branch ${branch} of it`;
    noteInPreview(
      `repo ${known} exists outside of the stack, which does not change or delete it${apart}, and removes it from the state if the stack created it`,
      parent,
    );
  });
  const existing = pachyderm.Repo.get(logicalName, id, { parent });
  return pulumi.all([repo, existing.id]).apply(([known]) => known);
}

/** Creates the use case's branch of a repo; returns its name, so that what reads it waits for it. */
function ownBranch(
  logicalName: string,
  repo: pulumi.Input<string>,
  project: string | undefined,
  { name, fromBranch, commit }: OwnBranchArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const args = { name, repo, project, fromBranch, commit };
  return new pachyderm.Branch(logicalName, args, { parent }).name;
}

/** The models of another training pipeline, as they are at the use case's own branch. */
function readModels(name: string, models: ExistingModelsArgs, parent: pulumi.Resource) {
  const owner = `UseCase "${name}": models`;
  const repo = checked(`${owner}.repo`, models.repo, checkRepoName);
  const branch = ownBranch(`${name}-models-branch`, repo, models.project, models.ownBranch, parent);
  pulumi
    .all([repo, branch])
    .apply(([known, own]) =>
      noteInPreview(
        `the models of ${models.project}/${known} are deployed as they are at the stack's own branch ${own}; nothing is trained`,
        parent,
      ),
    );
  return { repo, branch };
}
