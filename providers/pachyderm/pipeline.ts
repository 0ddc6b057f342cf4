import * as pulumi from "@pulumi/pulumi";
import { DEEPEST, isTooDeep } from "./spec/depth";
import type { PipelineSpec } from "./spec/types";

export interface PipelineArgs {
  /**
   * The pipeline spec, with Pachyderm's own field names in camelCase or snake_case:
   * https://docs.pachyderm.com/latest/build-dags/pipeline-spec/ `podPatch` and `podSpec` may be
   * objects. Secrets are refused, because every Pachyderm user can read a spec: put them in a
   * Kubernetes Secret and reference it in `transform.secrets`.
   */
  readonly spec: pulumi.Input<PipelineSpec>;
  /**
   * Any string. When it changes, the next update processes all datums again, once. Otherwise,
   * datums that are already processed keep their results, even if the image changes.
   */
  readonly reprocess?: pulumi.Input<string>;
  /**
   * The name of the setting with which users of the program change `reprocess`, such as a
   * configuration key. Previews show it where reprocessing may be needed. Changing only this name
   * has no effect. Default: `reprocess`.
   */
  readonly reprocessHint?: pulumi.Input<string>;
  /**
   * Values outside the spec that the workers read when they start, such as a hash of a Secret's
   * value. A changed value restarts the workers with the same spec; no datum is processed again.
   */
  readonly restartTriggers?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Whether the pipeline is stopped. Changing it stops or starts the pipeline without sending the
   * spec, so the version does not change. Stopping kills its jobs. Starting runs one job for the
   * data that it missed, and one job in every pipeline downstream. A new pipeline is created and
   * then stopped. If not set, the provider neither stops nor starts the pipeline; if `true` is
   * removed, it starts the pipeline. An import does not set it.
   */
  readonly stopped?: pulumi.Input<boolean>;
  /** Keeps the output repo and its data when the pipeline is deleted. Default: false. */
  readonly keepRepoOnDelete?: pulumi.Input<boolean>;
  /**
   * Deletes the pipeline even if other pipelines read its output, which breaks their provenance.
   * Default: false.
   */
  readonly forceDelete?: pulumi.Input<boolean>;
  /**
   * Whether create and update wait until the pipeline is ready: a worker is available, the pipeline
   * is in standby, or, if it is stopped, it is paused. Set the time limit with `customTimeouts`; it
   * is 5 minutes by default. Default: true.
   */
  readonly awaitReady?: pulumi.Input<boolean>;
}

/**
 * A Pachyderm pipeline with its output repo. Changes are updates in place; only a changed name or
 * project replaces the pipeline.
 *
 * Import id: `project/pipeline`.
 */
export class Pipeline extends pulumi.CustomResource {
  /** The pipeline's name. Known in previews. */
  declare readonly name: pulumi.Output<string>;
  /** The pipeline's project. Known in previews. */
  declare readonly project: pulumi.Output<string>;
  /** The repo with the pipeline's results, for use as the input of another pipeline. */
  declare readonly outputRepo: pulumi.Output<string>;
  /** The version of the spec, as counted by Pachyderm. */
  declare readonly version: pulumi.Output<number>;
  /** The last state that Pachyderm reported, such as `PIPELINE_RUNNING`. */
  declare readonly state: pulumi.Output<string>;
  /** The spec with the cluster's and project's defaults filled in. */
  declare readonly effectiveSpec: pulumi.Output<Record<string, unknown>>;
  /** The spec as set by the program. */
  declare readonly spec: pulumi.Output<PipelineSpec>;

  constructor(name: string, args: PipelineArgs, opts?: pulumi.CustomResourceOptions) {
    if (isTooDeep(args.spec)) {
      throw new pulumi.RunError(
        `pipeline ${name}: spec: is nested deeper than ${DEEPEST} objects and lists`,
      );
    }
    super(
      "pachyderm:index:Pipeline",
      name,
      {
        ...args,
        name: undefined,
        project: undefined,
        outputRepo: undefined,
        version: undefined,
        state: undefined,
        effectiveSpec: undefined,
      },
      opts,
    );
  }
}
