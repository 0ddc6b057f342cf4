import { type ClusterIds, elsewhere } from "./clusters";
import { formatStack, type LiveStack, type StackName } from "./stacks";

/** A stack that is no longer needed, for one of the two reasons. */
export interface ExpiredStack extends StackName {
  /** The last day on which it was needed, such as 2026-12-31. */
  readonly expired?: string;
  /** Why its pull request no longer needs it. */
  readonly ended?: string;
  readonly resources: number;
  /** Why it is not destroyed; absent if it is. */
  readonly kept?: string;
}

export interface ExpiryOptions {
  /** The project whose stacks are checked. */
  readonly project: string;
  /** The stack whose configuration connects to the systems. */
  readonly own: StackName;
  /** Such as 2026-12-31. */
  readonly today: string;
  /** The clusters that the sweep is connected to. */
  readonly clusters: ClusterIds;
  /** The expiry in a stack's file, which may be later than the deployed one. */
  readonly expiryInFile: (stack: string) => string | undefined;
  /** Why pull requests no longer need their environments, by the full names of the stacks. */
  readonly ended?: ReadonlyMap<string, string>;
}

/** Why a stack is no longer needed. */
export function reasonFor({ expired, ended }: ExpiredStack): string {
  return expired === undefined ? `${ended}` : `it expired on ${expired}`;
}

/** The stacks of a project that have expired, or whose pull request no longer needs them. */
export function expiredStacks(
  stacks: readonly LiveStack[],
  options: ExpiryOptions,
): ExpiredStack[] {
  return stacks.flatMap((stack) => {
    if (stack.project !== options.project) return [];
    const reason = whyExpired(stack, options);
    if (reason === undefined) return [];
    const { organization, project, stack: name, resources } = stack;
    const kept = reasonToKeep(stack, options);
    return [{ organization, project, stack: name, ...reason, resources, ...(kept && { kept }) }];
  });
}

function whyExpired(
  stack: LiveStack,
  options: ExpiryOptions,
): Pick<ExpiredStack, "expired" | "ended"> | undefined {
  const expired = lastDay(stack, options);
  if (expired !== undefined && expired < options.today) return { expired };
  const ended = options.ended?.get(formatStack(stack));
  return ended === undefined ? undefined : { ended };
}

/** The last day on which a stack is needed; undefined if it has no expiry date. */
export function lastDay(
  { expires, stack }: LiveStack,
  { expiryInFile }: Pick<ExpiryOptions, "expiryInFile">,
): string | undefined {
  return expires && [expires, expiryInFile(stack) ?? ""].sort().at(-1);
}

function reasonToKeep(stack: LiveStack, { own, clusters }: ExpiryOptions): string | undefined {
  if (stack.isProtected) return "its resources are protected";
  if (formatStack(stack) === formatStack(own)) return "this sweep uses its connection settings";
  return elsewhere(stack, clusters);
}
