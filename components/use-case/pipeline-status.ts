import type * as pulumi from "@pulumi/pulumi";
import type * as pachyderm from "../../providers/pachyderm";

/** The status of a pipeline in Pachyderm, as of the last update or refresh. */
export interface PipelineStatus {
  readonly name: pulumi.Output<string>;
  /** The state that Pachyderm reports, such as `PIPELINE_RUNNING`. */
  readonly state: pulumi.Output<string>;
  /** The version of the spec in Pachyderm. */
  readonly version: pulumi.Output<number>;
}

export function pipelineStatus({ name, state, version }: pachyderm.Pipeline): PipelineStatus {
  return { name, state, version };
}
