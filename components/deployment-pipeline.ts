import type * as pulumi from "@pulumi/pulumi";
import * as pachyderm from "../pachyderm";
import { Component } from "./component";
import type { SeldonKey } from "./credentials";
import { checkDeploymentName, checkImageName } from "./names";
import { type CommonPipelineArgs, pipelineArgs } from "./pipeline-spec";
import { checked } from "./validation";

/** The keys of the pipelines' Secret that deploy.py reads. */
export const deploymentKeys: readonly SeldonKey[] = [
  "det_master",
  "det_user",
  "det_password",
  "sel_url",
  "sel_secret",
  "sel_namespace",
];

export interface DeploymentPipelineArgs extends CommonPipelineArgs {
  /** The repo with the models: the training pipeline's output repo. */
  readonly modelRepo: pulumi.Input<string>;
  /** The name of the deployment in Seldon, and of its detectors. */
  readonly deployName: pulumi.Input<string>;
  /** The bucket with the detectors' artefacts, such as `gs://NAME`. */
  readonly detectBucketUri: pulumi.Input<string>;
  /** How many requests a detector looks at together. Default: 4. */
  readonly detectBatchSize?: pulumi.Input<number>;
  /** The image that serves the model. */
  readonly servingImage: pulumi.Input<string>;
}

/** Deploys each new model to Seldon, with a drift and an outlier detector beside it. */
export class DeploymentPipeline extends Component {
  /** The pipeline's name. */
  readonly name: pulumi.Output<string>;
  /** The name of the deployment in Seldon. */
  readonly deployName: pulumi.Output<string>;

  constructor(name: string, args: DeploymentPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("DeploymentPipeline", name, opts);
    const owner = `DeploymentPipeline "${name}"`;
    const deployName = checked(`${owner}: deployName`, args.deployName, checkDeploymentName);
    const bucketUri = checked(`${owner}: detectBucketUri`, args.detectBucketUri, checkUri);
    const servingImage = checked(`${owner}: servingImage`, args.servingImage, checkImageName);
    const batchSize = checked(`${owner}: detectBatchSize`, args.detectBatchSize ?? 4, checkCount);

    const pipeline = new pachyderm.Pipeline(
      `${name}-pipeline`,
      pipelineArgs(owner, args, {
        script: "deploy.py",
        options: [
          ["--deploy-name", deployName],
          ["--detect-bucket-uri", bucketUri],
          ["--detect-batch-size", batchSize],
          ["--serving-image", servingImage],
        ],
        inputRepo: args.modelRepo,
        secretKeys: args.secretKeys ?? deploymentKeys,
      }),
      { parent: this, dependsOn: args.secret },
    );

    this.name = pipeline.name;
    this.deployName = deployName;
    this.registerOutputs({ name: this.name, deployName: this.deployName });
  }
}

function checkUri(uri: string): string | undefined {
  return /^[a-z0-9-]+:\/\/./.test(uri) ? undefined : "is no bucket's address: write gs://NAME";
}

function checkCount(count: number): string | undefined {
  return Number.isInteger(count) && count >= 1 ? undefined : "is not a whole number above 0";
}
