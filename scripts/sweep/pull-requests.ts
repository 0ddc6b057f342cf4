import type { Repository } from "../github/client";
import { type PullRequestState, pullRequestState } from "../github/pull-requests";
import { pullRequestIn } from "../preview-env/names";
import { BASE_TAG, LABEL_TAG } from "../preview-env/ownership";
import type { Pulumi } from "./pulumi";
import { formatStack, type StackName } from "./stacks";
import { messageOf } from "./things";

/** Says why a pull request needs its environment no longer; undefined if it does, or there is none. */
export type WhyEnded = (stack: StackName) => Promise<string | undefined>;

/** Asks GitHub for the pull requests whose environments stacks are, by their tags. */
export function askGithub(pulumi: Pick<Pulumi, "readTags">, repository: Repository): WhyEnded {
  return async (stack) => {
    const number = pullRequestIn(stack.stack);
    if (number === undefined) return undefined;
    const { [BASE_TAG]: base, [LABEL_TAG]: label } = await pulumi.readTags(formatStack(stack));
    if (base === undefined) return undefined;
    return reasonOf(number, label, await pullRequestState({ ...repository, number }));
  };
}

/** One that was made without asking for a label does not lose it. */
function reasonOf(
  number: number,
  label: string | undefined,
  { isOpen, labels }: PullRequestState,
): string | undefined {
  if (!isOpen) return `pull request ${number} is closed`;
  if (label === undefined || labels.includes(label)) return undefined;
  return `pull request ${number} no longer has the label ${label}`;
}

/** Why environments are no longer needed, by the full names of their stacks. */
export interface Ended {
  readonly reasons: ReadonlyMap<string, string>;
  /** Of which stacks it is not known. */
  readonly unknown: readonly string[];
}

export async function findEnded(stacks: readonly StackName[], whyEnded: WhyEnded): Promise<Ended> {
  const reasons = new Map<string, string>();
  const unknown: string[] = [];
  const ask = async (stack: StackName) => {
    const name = formatStack(stack);
    try {
      const reason = await whyEnded(stack);
      if (reason !== undefined) reasons.set(name, reason);
    } catch (error) {
      unknown.push(`whether stack ${name} is still needed: ${messageOf(error)}`);
    }
  };
  await Promise.all(stacks.map(ask));
  return { reasons, unknown: unknown.sort() };
}
