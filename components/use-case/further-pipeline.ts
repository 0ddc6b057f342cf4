import type * as pulumi from "@pulumi/pulumi";
import * as pachyderm from "../../providers/pachyderm";
import { Component } from "../common/component";
import { lifetimeOptions } from "../common/lifetime";
import type { PipelineSecret } from "../pipeline-secret/pipeline-secret";
import { secretEnvironment } from "./pipeline-args";
import { type PipelineStatus, pipelineStatus } from "./pipeline-status";

export interface FurtherPipelineArgs {
  /** The whole spec. Repos of the program in its input are Outputs, so that the pipeline waits for them. */
  readonly spec: pachyderm.PipelineSpec;
  /** The Secret with the keys in `secretKeys`. */
  readonly secret: PipelineSecret;
  /**
   * The keys of the Secret that the code reads, appended to `transform.secrets`; `det_user` becomes
   * the variable `DET_USER`. Default: none.
   */
  readonly secretKeys?: readonly string[];
  /**
   * Any text. When it changes, the next update processes all datums again, once. Otherwise datums
   * that are already processed are skipped, even if the image changes. Default: "".
   */
  readonly reprocess?: pulumi.Input<string>;
  /** The name of the setting that sets `reprocess`, for previews. Default: `reprocess`. */
  readonly reprocessHint?: string;
  /**
   * Whether the results may be lost: their repo is deleted with the pipeline. Otherwise the pipeline
   * is protected. A change takes effect with the next `pulumi up`. Default: false.
   */
  readonly disposable?: boolean;
  /**
   * Whether the output repo is kept when the pipeline leaves the program or the stack is destroyed:
   * the pipeline is then deleted without the repo, and is not protected. A change takes effect with
   * the next `pulumi up`. Default: false.
   */
  readonly keep?: boolean;
}

/** A pipeline that is neither the training nor the deployment, with its own spec. */
export class FurtherPipeline extends Component {
  /** The pipeline's name. */
  readonly name: pulumi.Output<string>;
  /** The repo with the pipeline's results. */
  readonly outputRepo: pulumi.Output<string>;
  /** The pipeline's status in Pachyderm. */
  readonly status: PipelineStatus;

  constructor(name: string, args: FurtherPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("FurtherPipeline", name, opts);
    const owner = `FurtherPipeline "${name}"`;
    const { spec, secret, secretKeys = [] } = args;
    const { secrets, restartTriggers } = secretEnvironment(owner, secret, secretKeys);
    const { protect, retainOnDelete: keepRepoOnDelete } = lifetimeOptions(args, opts?.protect);
    const pipeline = new pachyderm.Pipeline(
      `${name}-pipeline`,
      {
        spec: secrets.length === 0 ? spec : withSecrets(spec, secrets),
        // the first value does not count as a change, so one is set from the start
        reprocess: args.reprocess ?? "",
        reprocessHint: args.reprocessHint,
        restartTriggers,
        keepRepoOnDelete: keepRepoOnDelete || undefined,
      },
      // the spec may name the Secret itself
      { parent: this, dependsOn: secret, protect },
    );

    this.name = pipeline.name;
    this.outputRepo = pipeline.outputRepo;
    this.status = pipelineStatus(pipeline);
    this.registerOutputs({ name: this.name, outputRepo: this.outputRepo, status: this.status });
  }
}

function withSecrets(
  spec: pachyderm.PipelineSpec,
  secrets: readonly object[],
): pachyderm.PipelineSpec {
  const transform = spec.transform as { readonly secrets?: readonly object[] } | undefined;
  const all = [...(transform?.secrets ?? []), ...secrets];
  return { ...spec, transform: { ...transform, secrets: all } as typeof spec.transform };
}
