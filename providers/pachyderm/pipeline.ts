import * as pulumi from "@pulumi/pulumi";
import { DEEPEST, isTooDeep } from "./spec/depth";
import type { PipelineSpec } from "./spec/types";

export interface PipelineArgs {
  /**
   * The pipeline spec, with Pachyderm's own field names in camelCase or snake_case:
   * https://docs.pachyderm.com/latest/build-dags/pipeline-spec/
   * `podPatch` and `podSpec` may be objects. Secrets are refused, as every Pachyderm user can read
   * a spec: put them into a Kubernetes Secret and name it in `transform.secrets`.
   */
  readonly spec: pulumi.Input<PipelineSpec>;
  /**
   * Any text. When it changes to another text, the next update processes all datums again, once.
   * Without it, datums that were processed stay as they are, even when the image changes.
   */
  readonly reprocess?: pulumi.Input<string>;
  /**
   * What the program's users change to change `reprocess`, such as a configuration key: previews
   * name it where processing again is worth a thought. A change of it changes nothing. Default:
   * `reprocess`.
   */
  readonly reprocessHint?: pulumi.Input<string>;
  /**
   * Values outside the spec that the workers read at their start, such as the fingerprint of a
   * Secret. A changed value restarts the workers with the same spec; no datum is processed again.
   */
  readonly restartTriggers?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Keeps the output repo, with its data, when the pipeline is deleted. Default: false. */
  readonly keepRepoOnDelete?: pulumi.Input<boolean>;
  /**
   * Deletes the pipeline even if other pipelines read its output; their provenance breaks. Default:
   * false.
   */
  readonly forceDelete?: pulumi.Input<boolean>;
  /**
   * Whether create and update wait until the pipeline is up (a worker is available, or it is in
   * standby, or paused where it is stopped). How long: `customTimeouts`, by default 5 minutes.
   * Default: true.
   */
  readonly awaitReady?: pulumi.Input<boolean>;
}

/**
 * A Pachyderm pipeline with its output repo. It is updated in place; only another name or project
 * makes another pipeline.
 *
 * Import id: `project/pipeline`.
 */
export class Pipeline extends pulumi.CustomResource {
  /** The pipeline's name, known in previews. */
  declare readonly name: pulumi.Output<string>;
  /** The project that the pipeline is in, known in previews. */
  declare readonly project: pulumi.Output<string>;
  /** The repo that holds the pipeline's results, for use as the input of another pipeline. */
  declare readonly outputRepo: pulumi.Output<string>;
  /** Pachyderm's count of the spec's versions. */
  declare readonly version: pulumi.Output<number>;
  /** Pachyderm's word for the state, such as `PIPELINE_RUNNING`, when last looked at. */
  declare readonly state: pulumi.Output<string>;
  /** The spec with the cluster's and project's defaults filled in. */
  declare readonly effectiveSpec: pulumi.Output<Record<string, unknown>>;
  /** The spec as the program gave it. */
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
