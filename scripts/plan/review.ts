/** Checks whether a plan is the reviewed one. */
import { isDeepStrictEqual } from "node:util";
import { parseStackFile, stackFileName } from "../../config/stack-file";
import type { Repository } from "../github/client";
import { repositoryFromEnvironment } from "../github/variables";
import { runPulumi } from "../pulumi";
import { combinePlans, type Secrets } from "./combine";
import { hashedSecrets, isUnaltered } from "./current-plan";
import {
  historyToLastSuccess,
  lastDeployedCommit,
  type Outdated,
  refuseOlder,
  type StackUpdate,
} from "./deployed-commit";
import { describeDifference } from "./difference";
import { type Commits, commitGraph, commitsAfter, fileAt, headCommit } from "./git";
import type { InPlace } from "./in-place";
import type { Plan } from "./plan";
import { readPlan } from "./plan-file";
import { type ReviewedPullRequest, reviewOf, reviewsOf } from "./reviewed-pull-requests";

/** Why a plan is not applied: the exit code, and what to print. */
export interface Refusal {
  readonly code: number;
  readonly lines: readonly string[];
  /** Whether a person can read the plan and decide to apply it nevertheless. */
  readonly isPlanWorthReading?: boolean;
}

/** Returns the exit code. */
export function printRefusal({ code, lines }: Refusal): number {
  for (const line of lines) console.error(line);
  return code;
}

/** The result of comparing a plan with the reviewed one. */
export interface Comparison {
  readonly refusal?: Refusal;
  /** Why a plan with a different fingerprint is applied. */
  readonly remark?: string;
}

/** The exit code if the plan is not the reviewed one. */
const CHANGED = 4;
/** The exit code if a later commit was already deployed. */
const OUTDATED = 5;

/** The reviewed plan: exactly one of these, or a plan and its fingerprint. */
export interface ReviewOptions {
  readonly fingerprint?: string | undefined;
  readonly plan?: string | undefined;
  readonly reviewed?: boolean | undefined;
}

/** A review that plans can be compared with. */
export interface Review {
  readonly compare: (current: Plan, inPlace: InPlace) => Promise<Comparison>;
}

/** Finds what was reviewed. A commit that is older than the deployed one is refused. @throws if nothing was */
export async function openReview(stack: string, options: ReviewOptions): Promise<Review | Refusal> {
  const commit = await headCommit();
  const history = await historyOf(stack);
  const outdated = await refuseOlder(commit, history, commitGraph);
  const { fingerprint, plan: file } = options;
  // whoever names a plan has seen its effect on the current deployment
  const isNamed = fingerprint !== undefined || file !== undefined;
  if (outdated?.isUnknown && isNamed) console.error(outdated.line);
  else if (outdated !== undefined) return refuseOutdated(stack, outdated);
  if (file !== undefined) {
    const plan = readPlan(file);
    if (fingerprint !== undefined) requireFingerprint(file, plan, fingerprint);
    return { compare: async (current, inPlace) => comparePlans([plan], current, inPlace) };
  }
  if (fingerprint !== undefined) {
    return { compare: async (current) => compareFingerprint(fingerprint, current) };
  }
  if (commit === undefined) throw new Error("--reviewed requires a git checkout");
  return await openOnGithub(stack, commit, lastDeployedCommit(history));
}

/** The fingerprint was approved, so a file with a different plan was not. */
function requireFingerprint(file: string, plan: Plan, fingerprint: string): void {
  if (plan.fingerprint === fingerprint && isUnaltered(plan)) return;
  throw new Error(
    `${file} is not the plan with the fingerprint ${fingerprint}: approve the plan in this file, or pass the file with the approved plan`,
  );
}

function refuseOutdated(stack: string, { line, isUnknown }: Outdated): Refusal {
  if (!isUnknown) return { code: OUTDATED, lines: [line] };
  const next = `${line}; in that case, ${deployByFingerprint(stack)}`;
  return { code: OUTDATED, lines: [next], isPlanWorthReading: true };
}

/** What to do about a plan that was not reviewed. */
function deployByFingerprint(stack: string): string {
  return `review the plan (\`npm run plan -- --stack ${stack}\`) and deploy it with the printed fingerprint (\`npm run deploy -- --stack ${stack} --fingerprint F\`)`;
}

/** The updates of a stack since the last successful one; this does not start the engine. */
async function historyOf(stack: string): Promise<StackUpdate[]> {
  return await historyToLastSuccess(async (page, size) => {
    const part = ["--page", `${page}`, "--page-size", `${size}`];
    const args = ["stack", "history", "--json", "--show-secrets=false", ...part, "--stack", stack];
    const { stdout } = await runPulumi(args);
    return JSON.parse(stdout || "[]") as StackUpdate[];
  });
}

async function openOnGithub(
  stack: string,
  commit: string,
  deployed: string | undefined,
): Promise<Review> {
  const repository = repositoryFromEnvironment();
  const newest = await reviewOf(repository, stack, commit);
  if (typeof newest === "string") {
    throw new Error(`${newest}; to deploy it, ${deployByFingerprint(stack)}`);
  }
  return {
    compare: async (current, inPlace) => {
      if (current.fingerprint === newest.fingerprint) return {};
      const since = deployed === undefined ? NONE : await commitsAfter(deployed, commit);
      const others = { ...since, commits: since.commits.filter((each) => each !== commit) };
      const secrets = deployed === undefined ? {} : await deployedSecrets(deployed, stack);
      return await compareMerged(repository, { newest, others, secrets }, current, inPlace);
    },
  };
}

const NONE: Commits = { commits: [], isCut: false };

/** The encrypted values of the stack file that was deployed. */
async function deployedSecrets(commit: string, stack: string): Promise<Secrets> {
  const file = stackFileName(stack);
  const text = await fileAt(commit, file);
  return text === undefined ? {} : hashedSecrets(parseStackFile(text, file), stack);
}

interface Merged {
  readonly newest: ReviewedPullRequest;
  /** The other commits since the last deployment. */
  readonly others: Commits;
  /** The encrypted values that are deployed. */
  readonly secrets: Secrets;
}

/**
 * Compares with the plans of all pull requests that were merged since the last deployment: each was
 * made without the others, and the stack plans all of their changes at once.
 */
async function compareMerged(
  repository: Repository,
  { newest, others, secrets }: Merged,
  current: Plan,
  inPlace: InPlace,
): Promise<Comparison> {
  const { found, missing } = await reviewsOf(repository, current.stack, others.commits);
  const earlier = found.filter(({ number }) => number !== newest.number).reverse();
  const all = [...earlier, newest];
  const [first, ...rest] = all.flatMap(({ plan }) => plan ?? []);
  const { refusal, remark } =
    first === undefined || newest.plan === undefined
      ? compareFingerprint(newest.fingerprint, current)
      : comparePlans([first, ...rest], current, inPlace, secrets);
  const together = `pull requests ${listed(all)}, merged since the last deployment`;
  if (refusal === undefined) {
    if (earlier.length === 0) return remark === undefined ? {} : { remark };
    return { remark: `plan ${current.fingerprint} matches the combined plans of ${together}` };
  }
  const notes = [
    ...(earlier.length === 0 ? [] : [`compared with the combined plans of ${together}`]),
    ...all
      .filter(({ plan }) => plan === undefined)
      .map(({ number }) => `the plan of pull request ${number} was too long for its comment`),
    ...missing,
    ...(others.isCut
      ? [
          `only the newest ${others.commits.length + 1} commits since the last deployment were checked`,
        ]
      : []),
  ];
  return { refusal: { ...refusal, lines: [...refusal.lines, ...notes.map(indented)] } };
}

/** Compares with reviewed plans, the oldest first. */
export function comparePlans(
  reviewed: readonly [Plan, ...Plan[]],
  current: Plan,
  inPlace: InPlace,
  deployedSecrets: Secrets = {},
): Comparison {
  const { fingerprint } = reviewed.at(-1) ?? reviewed[0];
  if (current.fingerprint === fingerprint) return {};
  const hasReviewedSecrets = reviewed.every(({ secrets }) =>
    isDeepStrictEqual({ ...secrets }, { ...current.secrets }),
  );
  const combined = combinePlans(reviewed, deployedSecrets);
  const lines = describeDifference(combined, current, inPlace(hasReviewedSecrets));
  if (lines.length > 0) return { refusal: refuse(fingerprint, current, lines) };
  const remark = `plan ${current.fingerprint} is the remainder of the reviewed plan ${fingerprint}; the other changes are already in place`;
  return { remark };
}

function compareFingerprint(fingerprint: string, current: Plan): Comparison {
  return current.fingerprint === fingerprint ? {} : { refusal: refuse(fingerprint, current, []) };
}

function refuse(reviewed: string, { stack, fingerprint }: Plan, lines: readonly string[]): Refusal {
  const next = `review the new plan (\`npm run plan -- --stack ${stack}\`), then deploy it (\`npm run deploy -- --stack ${stack} --fingerprint ${fingerprint}\`)`;
  return {
    code: CHANGED,
    lines: [
      `stack ${stack} now plans ${fingerprint}, not the reviewed ${reviewed}: ${next}`,
      ...lines.map(indented),
    ],
  };
}

const indented = (line: string) => `  ${line}`;

function listed(pullRequests: readonly ReviewedPullRequest[]): string {
  const numbers = pullRequests.map(({ number }) => number);
  return `${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`;
}
