import type * as pulumi from "@pulumi/pulumi";
import type * as pachyderm from "../../providers/pachyderm";

/** What Pachyderm said of a pipeline when it was last looked at: in an update or a refresh. */
export interface PipelineStatus {
  readonly name: pulumi.Output<string>;
  /** Pachyderm's word, such as `PIPELINE_RUNNING`. */
  readonly state: pulumi.Output<string>;
  /** Pachyderm's count of the spec's versions. */
  readonly version: pulumi.Output<number>;
}

export function pipelineStatus({ name, state, version }: pachyderm.Pipeline): PipelineStatus {
  return { name, state, version };
}
