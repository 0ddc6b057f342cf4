import * as pulumi from "@pulumi/pulumi";

/** A pipeline of the stack. */
export interface Member {
  /** Default: the provider's project. */
  readonly project?: string;
  readonly name: string;
  /**
   * A text that says what else happens when it processes data, which only the program knows, such
   * as `replaces the model that x serves`.
   */
  readonly effect?: string;
  /**
   * Refuses an update that would kill a job that has run for this long, such as `30m`. Default: no
   * update is refused.
   */
  readonly refuseWhileRunning?: string;
  /** How to allow a refused update, as in `ways`. */
  readonly runningWay?: string;
}

/** A pipeline or repo of the stack that the program no longer creates. */
export interface Deletion {
  readonly kind: "pipeline" | "repo";
  readonly project: string;
  readonly name: string;
  /** The resource that is deleted, for messages. */
  readonly urn?: string;
  /** For a pipeline: whether its output repo is kept. Default: false. */
  readonly keepRepo?: boolean;
}

/** A pipeline or repo that is in the stack's state. */
export interface Owned {
  readonly urn: string;
  readonly project: string;
  readonly name: string;
}

/** What all changes of one preview or update may cost together. A missing key means no limit. */
export interface Budget {
  /** The longest known time for processing data, such as `4h` or `1h30m`. */
  readonly reprocessTime?: string;
  /** The most data to delete, such as `10GB` or `500MiB`. */
  readonly deletedData?: string;
  /** The most unfinished jobs to kill. */
  readonly killedJobs?: number;
  /** Whether pipelines outside the stack may be affected: `allow` (default) or `refuse`. */
  readonly outside?: "allow" | "refuse";
}

export interface DescribeStackArgs {
  /** The pipelines of the stack: all other affected pipelines are outside it. */
  readonly members: readonly Member[];
  readonly deletes?: readonly Deletion[];
  /**
   * The pipelines and repos in the stack's state. If a resource creates an object that is already
   * its own, the cause is `--replace` or `pulumi state taint`, and the error says so.
   */
  readonly resources?: readonly Owned[];
  /** The repos that are kept on the server when their resources are deleted or replaced. */
  readonly kept?: readonly { readonly project: string; readonly name: string }[];
  readonly budget?: Budget;
  /**
   * How users of the program can allow a change that exceeds a limit, by the limit's key. The error
   * message ends with this text, in which the lowest sufficient limit replaces `VALUE`. Default: no
   * hint.
   */
  readonly ways?: Readonly<Record<string, string>>;
}

/**
 * Provides the information for change costs that only the program has: which pipelines belong to the
 * stack, what will be deleted, and what a change may cost. Call it before you create the pipelines.
 * Deletes are counted immediately and may exceed the budget on their own.
 *
 * @throws RunError if they do
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
