/** Whether a plan is what somebody reviewed. */
import { extractFingerprint, extractPlan } from "../comment/embedded-plan";
import { repositoryFromEnvironment } from "../comment/environment";
import { pullRequestOf, type Repository, readComment } from "../comment/github";
import { markerOf } from "../comment/marker";
import { pulumiError, tryPulumi } from "../pulumi";
import { lastDeployedCommit, refuseOlder, type StackUpdate } from "./deployed-commit";
import { describeDifference } from "./difference";
import { commitsAfter, headCommit, isAncestor } from "./git";
import type { Plan } from "./plan";
import { readPlan } from "./plan-file";
import { describeBeyond } from "./several";

/** Why a plan is not applied: the exit code, and what to print. */
export interface Refusal {
  readonly code: number;
  readonly lines: readonly string[];
}

/** The plan is another one than the reviewed. */
const CHANGED = 4;
/** A later commit was deployed already. */
const OUTDATED = 5;

/** What was reviewed; of a plan that was cut off its comment only the fingerprint is left. */
export interface Reviewed {
  readonly fingerprint: string;
  readonly plan?: Plan | undefined;
  /** The pull request in which it was reviewed. */
  readonly pullRequest?: number;
}

/** Where the reviewed plan is: exactly one of these. */
export interface ReviewOptions {
  readonly fingerprint?: string | undefined;
  readonly plan?: string | undefined;
  readonly reviewed?: boolean | undefined;
}

/** The reviewed plan, and what else was reviewed since the last deployment. */
export interface Review {
  readonly newest: Reviewed;
  readonly older: () => Promise<readonly Reviewed[]>;
}

/** Finds what was reviewed. A commit that is older than the deployed one is refused. */
export async function openReview(stack: string, options: ReviewOptions): Promise<Review | Refusal> {
  const commit = await headCommit();
  const history = await historyOf(stack);
  const outdated = await refuseOlder(commit, history, isAncestor);
  if (outdated !== undefined) return { code: OUTDATED, lines: [outdated] };
  const { fingerprint, plan } = options;
  const none = async () => [];
  if (fingerprint !== undefined) return { newest: { fingerprint }, older: none };
  if (plan !== undefined) {
    const read = readPlan(plan);
    return { newest: { fingerprint: read.fingerprint, plan: read }, older: none };
  }
  if (commit === undefined) throw new Error("--reviewed needs a git checkout");
  const repository = repositoryFromEnvironment();
  const newest = await reviewedWith(repository, stack, commit);
  const deployed = lastDeployedCommit(history);
  const older = async () => {
    const commits = deployed === undefined ? [] : await commitsAfter(deployed, commit);
    return await reviewedBefore(repository, stack, commits, newest);
  };
  return { newest, older };
}

/** Why a plan is not applied; undefined if it is what was reviewed. */
export async function refuseUnreviewed(
  current: Plan,
  { newest, older }: Review,
): Promise<Refusal | undefined> {
  if (current.fingerprint === newest.fingerprint) return undefined;
  const others = await older();
  const all = [newest, ...others];
  const plans = all.flatMap(({ plan }) => plan ?? []);
  const isWhole = others.length > 0 && plans.length === all.length;
  if (isWhole) {
    const beyond = describeBeyond(plans, current);
    return beyond.length === 0 ? undefined : changed(current, all, beyond);
  }
  const cut = others.filter(({ plan }) => plan === undefined);
  return changed(current, all, [
    ...(newest.plan === undefined ? [] : describeDifference(newest.plan, current)),
    ...cut.map(
      ({ pullRequest }) =>
        `the comment of pull request ${pullRequest} has only a part of its plan, so what it reviewed is not known`,
    ),
  ]);
}

function changed(current: Plan, all: readonly Reviewed[], lines: readonly string[]): Refusal {
  const { stack, fingerprint } = current;
  const numbers = all.map(({ pullRequest }) => pullRequest);
  const reviewed =
    all.length > 1
      ? `what pull requests ${numbers.join(", ")} show, which were merged since the last deployment`
      : `the reviewed ${all[0]?.fingerprint}`;
  const next = "review the new plan (npm run plan), then deploy that one";
  return {
    code: CHANGED,
    lines: [
      `stack ${stack} now plans ${fingerprint}, not ${reviewed}: ${next}`,
      ...lines.map((line) => `  ${line}`),
    ],
  };
}

/** What the comment of the merged pull request says that brought a commit. */
async function reviewedWith(
  repository: Repository,
  stack: string,
  commit: string,
): Promise<Reviewed> {
  const number = await pullRequestOf(repository, commit);
  const byHand = "; to deploy it: npm run plan, then --fingerprint";
  if (number === undefined) {
    throw new Error(
      `no merged pull request brought commit ${commit}, so nobody reviewed its plan${byHand}`,
    );
  }
  const reviewed = await reviewedIn(repository, stack, number);
  if (reviewed === undefined) {
    throw new Error(`pull request ${number} has no reviewed plan for stack ${stack}${byHand}`);
  }
  return reviewed;
}

/** What was reviewed in the other pull requests that brought these commits. */
async function reviewedBefore(
  repository: Repository,
  stack: string,
  commits: readonly string[],
  newest: Reviewed,
): Promise<Reviewed[]> {
  const numbers = new Set<number>();
  for (const commit of commits) {
    const number = await pullRequestOf(repository, commit);
    if (number !== undefined && number !== newest.pullRequest) numbers.add(number);
  }
  const found = [];
  for (const number of numbers) found.push((await reviewedIn(repository, stack, number)) ?? []);
  return found.flat();
}

async function reviewedIn(
  repository: Repository,
  stack: string,
  number: number,
): Promise<Reviewed | undefined> {
  const comment = await readComment({ ...repository, number }, markerOf("preview", stack));
  const fingerprint = extractFingerprint(comment ?? "");
  if (comment === undefined || fingerprint === undefined) return undefined;
  return { fingerprint, plan: extractPlan(comment), pullRequest: number };
}

async function historyOf(stack: string): Promise<StackUpdate[]> {
  const args = ["stack", "history", "--json", "--show-secrets=false", "--stack", stack];
  const result = await tryPulumi(args);
  if (result.code !== 0) throw pulumiError(args, result.stderr, result);
  return JSON.parse(result.stdout || "[]") as StackUpdate[];
}
