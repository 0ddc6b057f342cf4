import { extractPlan } from "../comment/embedded-plan";
import type { Repository } from "../github/client";
import { readComment } from "../github/comments";
import { markerOf } from "../github/marker";
import { pullRequestOf } from "../github/pull-requests";
import type { Plan } from "./plan";

/** The plan in the comment of a merged pull request. */
export interface ReviewedPullRequest {
  readonly number: number;
  readonly fingerprint: string;
  /** Undefined if it was too long for the comment. */
  readonly plan: Plan | undefined;
}

/** The review of the commit; if there is none, the reason as text. */
export async function reviewOf(
  repository: Repository,
  stack: string,
  commit: string,
): Promise<ReviewedPullRequest | string> {
  const number = await pullRequestOf(repository, commit);
  if (number === undefined) {
    return `commit ${commit} does not belong to a merged pull request, so its plan was not reviewed`;
  }
  const comment = await readComment({ ...repository, number }, markerOf("preview", stack));
  const embedded = extractPlan(comment ?? "");
  if (embedded === undefined) {
    return `pull request ${number} has no comment with a plan for stack ${stack}`;
  }
  if (embedded.failed) {
    return `the last preview of pull request ${number} failed for stack ${stack}, so its plan was not reviewed; the collapsed plan in its comment is older`;
  }
  const { fingerprint, plan } = embedded;
  return { number, fingerprint, plan };
}

/** The reviews of several commits, the newest first, and why other commits were not reviewed. */
export interface Reviews {
  readonly found: readonly ReviewedPullRequest[];
  readonly missing: readonly string[];
}

/** The reviews of these commits; one pull request may contain several. */
export async function reviewsOf(
  repository: Repository,
  stack: string,
  commits: readonly string[],
): Promise<Reviews> {
  const found = new Map<number, ReviewedPullRequest>();
  const missing = new Set<string>();
  for (const commit of commits) {
    const review = await reviewOf(repository, stack, commit);
    if (typeof review === "string") missing.add(review);
    else if (!found.has(review.number)) found.set(review.number, review);
  }
  return { found: [...found.values()], missing: [...missing] };
}
