import * as pulumi from "@pulumi/pulumi";
import * as pachyderm from "../../providers/pachyderm";
import * as seldon from "../../providers/seldon";
import { detectorNameProblem } from "../../providers/seldon/rules";
import { Component } from "../common/component";
import { lifetimeOptions } from "../common/lifetime";
import { checkDeploymentName, checkImageName, checkRepoName } from "../common/names";
import { checked } from "../common/validation";
import { deploymentKeys } from "../pipeline-secret/credentials";
import type { SeldonNamespace } from "../seldon-namespace/seldon-namespace";
import { type CommonPipelineArgs, pipelineArgs } from "./pipeline-args";
import { type PipelineStatus, pipelineStatus } from "./pipeline-status";

export interface DeploymentPipelineArgs extends CommonPipelineArgs {
  /** The repo with the models: the training pipeline's output repo. */
  readonly modelRepo: pulumi.Input<string>;
  /** The namespace that deploy.py deploys to, which the Secret's `sel_namespace` contains. */
  readonly namespace: SeldonNamespace;
  /** The name of the deployment in Seldon, and of its detectors. */
  readonly deployName: pulumi.Input<string>;
  /** The bucket with the detectors' artefacts, such as `gs://NAME`. */
  readonly detectBucketUri: pulumi.Input<string>;
  /** How many requests a detector evaluates in one batch. Default: 4. */
  readonly detectBatchSize?: pulumi.Input<number>;
  /** The image that serves the model. */
  readonly servingImage: pulumi.Input<string>;
  /**
   * Whether the pipeline and its deployment may be lost; otherwise they are protected. A destroy
   * deletes them first, so if they are protected, it deletes nothing, even if it skips its preview.
   * Default: false.
   */
  readonly disposable?: boolean;
  /** Whether the use case's data is kept, which lifts the protection. Default: false. */
  readonly keep?: boolean;
}

/** The deployment in Seldon, as of the last update or refresh. */
export interface DeploymentStatus {
  readonly name: pulumi.Output<string>;
  readonly namespace: pulumi.Output<string>;
  /** The state that Seldon reports, such as `Available`; `Absent` until a model is deployed. */
  readonly state: pulumi.Output<string>;
  /** Whether the model and its detectors are ready. */
  readonly ready: pulumi.Output<boolean>;
}

/**
 * Deploys each new model to Seldon, with a drift and an outlier detector. Deleting the pipeline also
 * deletes what it deployed.
 */
export class DeploymentPipeline extends Component {
  /** The pipeline's name. */
  readonly name: pulumi.Output<string>;
  /** The pipeline's output repo, with what deploy.py prints. */
  readonly outputRepo: pulumi.Output<string>;
  /** The deployment in Seldon. */
  readonly deployment: DeploymentStatus;
  /** The pipeline's status in Pachyderm. */
  readonly status: PipelineStatus;

  constructor(name: string, args: DeploymentPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("DeploymentPipeline", name, opts);
    const owner = `DeploymentPipeline "${name}"`;
    const deployName = withDetectorNames(
      owner,
      checked(`${owner}: deployName`, args.deployName, checkDeploymentName),
      args.namespace,
    );
    const pipelineSpec = deploymentArgs(owner, { ...args, deployName });
    const { protect } = lifetimeOptions(args, opts?.protect);
    // a destroy first deletes the pipeline, then what it deployed
    const deployed = new seldon.DeploymentCleanup(
      `${name}-deployed`,
      {
        name: deployName,
        namespace: args.namespace.name,
        detectorNamespace: args.namespace.detectorNamespace,
      },
      // protected because a changed name or namespace would delete the model that is serving
      { parent: this, dependsOn: args.namespace, protect },
    );
    const pipeline = new pachyderm.Pipeline(`${name}-pipeline`, pipelineSpec, {
      parent: this,
      dependsOn: [args.secret, deployed],
      protect,
    });

    this.name = pipeline.name;
    this.outputRepo = pipeline.outputRepo;
    this.status = pipelineStatus(pipeline);
    const { namespace, state, ready } = deployed;
    this.deployment = { name: deployName, namespace, state, ready };
    this.registerOutputs({
      name: this.name,
      outputRepo: this.outputRepo,
      status: this.status,
      deployment: this.deployment,
    });
  }
}

/** The arguments of the Pachyderm pipeline that runs deploy.py. */
export function deploymentArgs(
  owner: string,
  args: Omit<DeploymentPipelineArgs, "namespace" | "disposable" | "keep">,
): pachyderm.PipelineArgs {
  const { detectBucketUri, detectBatchSize = 4, servingImage } = args;
  return pipelineArgs(owner, args, {
    script: "deploy.py",
    options: [
      ["--deploy-name", args.deployName],
      ["--detect-bucket-uri", checked(`${owner}: detectBucketUri`, detectBucketUri, checkUri)],
      ["--detect-batch-size", checked(`${owner}: detectBatchSize`, detectBatchSize, checkCount)],
      ["--serving-image", checked(`${owner}: servingImage`, servingImage, checkImageName)],
    ],
    inputRepo: checked(`${owner}: modelRepo`, args.modelRepo, checkRepoName),
    secretKeys: args.secretKeys ?? deploymentKeys,
  });
}

/** The deployment's name, if its detectors' names, which contain the namespace, are not too long. */
function withDetectorNames(
  owner: string,
  deployName: pulumi.Output<string>,
  { name }: SeldonNamespace,
): pulumi.Output<string> {
  return pulumi.all([deployName, name]).apply(([deployment, namespace]) => {
    const problem = detectorNameProblem({ name: deployment, namespace });
    if (problem === undefined) return deployment;
    throw new pulumi.RunError(`${owner}: deployName is "${deployment}", which ${problem}`);
  });
}

function checkUri(uri: string): string | undefined {
  return /^[a-z0-9-]+:\/\/./.test(uri) ? undefined : "is not a bucket URL; expected gs://NAME";
}

function checkCount(count: number): string | undefined {
  return Number.isInteger(count) && count >= 1 ? undefined : "is not a whole number greater than 0";
}
