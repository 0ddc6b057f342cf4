import { type ClusterIds, elsewhere } from "./clusters";
import { formatStack, type LiveStack, type StackName } from "./stacks";

/** A stack past its expiry. */
export interface ExpiredStack extends StackName {
  /** The last day on which somebody needed it, such as 2026-12-31. */
  readonly expired: string;
  readonly resources: number;
  /** Why it is not destroyed, if it is not. */
  readonly kept?: string;
}

export interface ExpiryOptions {
  /** The project whose stacks are looked at. */
  readonly project: string;
  /** The stack whose configuration leads to the systems. */
  readonly own: StackName;
  /** Such as 2026-12-31. */
  readonly today: string;
  /** The clusters that the sweep is connected to. */
  readonly clusters: ClusterIds;
  /** The expiry in a stack's file, which may be later than the deployed one. */
  readonly expiryInFile: (stack: string) => string | undefined;
}

/** The stacks of a project that are past their expiry. */
export function expiredStacks(
  stacks: readonly LiveStack[],
  options: ExpiryOptions,
): ExpiredStack[] {
  return stacks.flatMap((stack) => {
    if (stack.project !== options.project) return [];
    const expired = lastDay(stack, options);
    if (expired === undefined || expired >= options.today) return [];
    const { organization, project, stack: name, resources } = stack;
    const kept = reasonToKeep(stack, options);
    return [{ organization, project, stack: name, expired, resources, ...(kept && { kept }) }];
  });
}

/** The last day on which somebody needs a stack; undefined if it has none. */
export function lastDay(
  { expires, stack }: LiveStack,
  { expiryInFile }: Pick<ExpiryOptions, "expiryInFile">,
): string | undefined {
  return expires && [expires, expiryInFile(stack) ?? ""].sort().at(-1);
}

function reasonToKeep(stack: LiveStack, { own, clusters }: ExpiryOptions): string | undefined {
  if (stack.isProtected) return "its resources are protected";
  if (formatStack(stack) === formatStack(own))
    return "its configuration leads to the systems of this sweep";
  return elsewhere(stack, clusters);
}
