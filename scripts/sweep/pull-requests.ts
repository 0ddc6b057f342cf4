import type { Repository } from "../github/client";
import { type PullRequestState, pullRequestState } from "../github/pull-requests";
import { environmentOf, type TagReader } from "./environment";
import { formatStack, type StackName } from "./stacks";
import { messageOf } from "./things";

/**
 * Returns why a pull request no longer needs its environment; undefined if it does, or if there is
 * none.
 */
export type WhyEnded = (stack: StackName) => Promise<string | undefined>;

/**
 * Asks GitHub about the pull requests of environments, which are identified by the tags of their
 * stacks.
 */
export function askGithub(pulumi: TagReader, repository: Repository): WhyEnded {
  return async (stack) => {
    const environment = await environmentOf(stack, pulumi);
    if (environment === undefined) return undefined;
    const { number, label } = environment;
    return reasonOf(number, label, await pullRequestState({ ...repository, number }));
  };
}

/** An environment that was created without a label does not end when a label is removed. */
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
  /** The stacks for which it is not known, each with the reason. */
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
