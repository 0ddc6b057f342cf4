import type * as pulumi from "@pulumi/pulumi";
import * as pachyderm from "../../providers/pachyderm";
import { Component } from "../common/component";
import { lifetimeOptions } from "../common/lifetime";
import { checkRepoName } from "../common/names";
import { checked, checkText } from "../common/validation";
import { trainingKeys } from "../pipeline-secret/credentials";
import { type CommonPipelineArgs, pipelineArgs } from "./pipeline-args";
import { type PipelineStatus, pipelineStatus } from "./pipeline-status";

export interface TrainingPipelineArgs extends CommonPipelineArgs {
  /** The repo with the training data. */
  readonly dataRepo: pulumi.Input<string>;
  /** The Git repository with the experiment. */
  readonly gitUrl: pulumi.Input<string>;
  /** The branch, tag or commit of the experiment. Default: `master`. */
  readonly gitRef?: pulumi.Input<string>;
  /** The experiment's folder in the Git repository. Default: its root. */
  readonly subDir?: pulumi.Input<string>;
  /** The experiment's configuration, a file in its folder. Default: `const.yaml`. */
  readonly config?: pulumi.Input<string>;
  /** The name of the model in Determined's registry, which train.py creates or adds a version to. */
  readonly model: pulumi.Input<string>;
  /**
   * Whether the models may be lost: their repo is deleted with the pipeline. Otherwise the pipeline
   * is protected. A change takes effect with the next `pulumi up`. Default: false.
   */
  readonly disposable?: boolean;
  /**
   * Whether the repo with the models is kept when the pipeline leaves the program or the stack is
   * destroyed: the pipeline is then deleted without the repo, and is not protected. A change takes
   * effect with the next `pulumi up`. Default: false.
   */
  readonly keep?: boolean;
}

/**
 * Trains a model on Determined whenever the data changes, and writes its checkpoint to the output
 * repo. train.py's container gets only the names of the files: Determined loads the data.
 */
export class TrainingPipeline extends Component {
  /** The pipeline's name. */
  readonly name: pulumi.Output<string>;
  /** The Pachyderm project of the pipeline and its repos. */
  readonly project: pulumi.Output<string>;
  /** The repo with the models, which a deployment pipeline reads. */
  readonly outputRepo: pulumi.Output<string>;
  /** The pipeline's status in Pachyderm. */
  readonly status: PipelineStatus;

  constructor(name: string, args: TrainingPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("TrainingPipeline", name, opts);
    const owner = `TrainingPipeline "${name}"`;
    const { protect, retainOnDelete: keepRepoOnDelete } = lifetimeOptions(args, opts?.protect);
    const pipeline = new pachyderm.Pipeline(
      `${name}-pipeline`,
      {
        ...trainingArgs(owner, args),
        keepRepoOnDelete: keepRepoOnDelete || undefined,
      },
      { parent: this, dependsOn: args.secret, protect },
    );

    this.name = pipeline.name;
    this.project = pipeline.project;
    this.outputRepo = pipeline.outputRepo;
    this.status = pipelineStatus(pipeline);
    this.registerOutputs({
      name: this.name,
      project: this.project,
      outputRepo: this.outputRepo,
      status: this.status,
    });
  }
}

/** The arguments of the Pachyderm pipeline that runs train.py. */
export function trainingArgs(
  owner: string,
  args: Omit<TrainingPipelineArgs, "disposable" | "keep">,
): pachyderm.PipelineArgs {
  const dataRepo = checked(`${owner}: dataRepo`, args.dataRepo, checkRepoName);
  return pipelineArgs(owner, args, {
    script: "train.py",
    options: [
      ["--git-url", checked(`${owner}: gitUrl`, args.gitUrl, checkText)],
      ["--git-ref", args.gitRef ?? "master"],
      ["--sub-dir", args.subDir],
      ["--config", args.config ?? "const.yaml"],
      ["--repo", dataRepo],
      ["--model", checked(`${owner}: model`, args.model, checkText)],
    ],
    inputRepo: dataRepo,
    emptyFiles: true,
    secretKeys: args.secretKeys ?? trainingKeys,
  });
}
