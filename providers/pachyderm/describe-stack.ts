import * as pulumi from "@pulumi/pulumi";

/** A pipeline of the stack. */
export interface Member {
  /** Default: the provider's project. */
  readonly project?: string;
  readonly name: string;
  /**
   * What happens besides when it processes data, in words, such as `replaces the model that x
   * serves`: only the program knows.
   */
  readonly effect?: string;
  /**
   * Refuses an update that would kill a job which has run for this long, such as `30m`. Default:
   * none is refused.
   */
  readonly refuseWhileRunning?: string;
  /** What to do to go on where one is refused, as in `ways`. */
  readonly runningWay?: string;
}

/** A pipeline or repo that the stack has and the program does not make any more. */
export interface Deletion {
  readonly kind: "pipeline" | "repo";
  readonly project: string;
  readonly name: string;
  /** The resource that goes, for messages. */
  readonly urn?: string;
  /** Of a pipeline: whether its output repo stays. Default: false. */
  readonly keepRepo?: boolean;
}

/** What all changes of one preview or update may cost together. What is left out has no limit. */
export interface Budget {
  /** How long data is processed again, as far as it can be known, such as `4h` or `1h30m`. */
  readonly reprocessTime?: string;
  /** How much data is deleted, such as `10GB` or `500MiB`. */
  readonly deletedData?: string;
  /** How many unfinished jobs are killed. */
  readonly killedJobs?: number;
  /** Whether pipelines outside of the stack may be affected: `allow` (default) or `refuse`. */
  readonly outside?: "allow" | "refuse";
}

export interface DescribeStackArgs {
  /** The pipelines of the stack: all others that are affected are outside of it. */
  readonly members: readonly Member[];
  readonly deletes?: readonly Deletion[];
  /** The repos that stay on the server when their resources are deleted or replaced. */
  readonly kept?: readonly { readonly project: string; readonly name: string }[];
  readonly budget?: Budget;
  /**
   * What the program's users do to go on where a limit is passed, by its name; it follows the
   * message. `VALUE` in it becomes the least limit that would do. Default: nothing is said.
   */
  readonly ways?: Readonly<Record<string, string>>;
}

/**
 * Tells the provider what only the program knows, for what its previews say of a change's costs:
 * which pipelines belong to the stack, what goes, and what a change may cost. To be called before
 * the pipelines are made. What goes is counted at once, and may pass the budget by itself.
 *
 * @throws RunError if it does
 */
export async function describeStack(
  args: DescribeStackArgs,
  opts?: pulumi.InvokeOptions,
): Promise<void> {
  const { refusal } = await pulumi.runtime.invoke(
    "pachyderm:index:describeStack",
    { ...args },
    opts,
  );
  if (refusal) throw new pulumi.RunError(refusal);
}
