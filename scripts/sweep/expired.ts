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
  /** The expiry in a stack's file, which may be later than the deployed one. */
  readonly expiryInFile: (stack: string) => string | undefined;
}

/** The stacks of a project that are past their expiry. */
export function expiredStacks(
  stacks: readonly LiveStack[],
  { project, own, today, expiryInFile }: ExpiryOptions,
): ExpiredStack[] {
  return stacks.flatMap((stack) => {
    if (stack.project !== project || stack.expires === undefined) return [];
    const days = [stack.expires, expiryInFile(stack.stack) ?? ""].sort();
    const expired = days.at(-1) ?? "";
    if (expired >= today) return [];
    const { organization, stack: name, resources } = stack;
    const kept = reasonToKeep(stack, own);
    return [{ organization, project, stack: name, expired, resources, ...(kept && { kept }) }];
  });
}

function reasonToKeep(stack: LiveStack, own: StackName): string | undefined {
  if (stack.isProtected) return "its resources are protected";
  if (formatStack(stack) === formatStack(own))
    return "its configuration leads to the systems of this sweep";
  return undefined;
}
