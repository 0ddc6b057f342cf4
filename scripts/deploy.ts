/**
 * Applies what was reviewed: `npm run --silent deploy -- --stack NAME --fingerprint F`. It previews
 * again, and goes on only if that plans the same.
 */

import { parseArgs } from "node:util";
import { repository } from "../sandbox/paths";
import { run } from "../sandbox/runtime/run";
import { extractFingerprint, extractPlan } from "./comment/embedded-plan";
import { GITHUB_ENVIRONMENT, repositoryFromEnvironment } from "./comment/environment";
import { pullRequestOf, readComment } from "./comment/github";
import { markerOf } from "./comment/marker";
import { currentPlan } from "./plan/current-plan";
import { refuseOlder, type StackUpdate } from "./plan/deployed-commit";
import { describeDifference } from "./plan/difference";
import { headCommit, isAncestor } from "./plan/git";
import type { Plan } from "./plan/plan";
import { readPlan } from "./plan/plan-file";
import { errorsOf } from "./preview/preview-json";
import { runPreview } from "./preview/run-preview";
import { runInTerminal } from "./run-in-terminal";
import { runScript } from "./run-script";

const usage = `usage: npm run --silent deploy -- --stack NAME (--fingerprint F | --plan FILE | --reviewed)

Previews the stack again and runs \`pulumi up\` if the plan is still the reviewed one, which is
  --fingerprint F   the one with this fingerprint, which \`npm run plan\` printed
  --plan FILE       the one in this plan.json of \`npm run plan\`
  --reviewed        the one in the comment of the pull request that brought the checked out commit;
                    for this, in the environment
${GITHUB_ENVIRONMENT}

Exit codes: 1 the preview or the update fails; 4 the plan is not the reviewed one; 5 the commit is
older than the one that was deployed last
`;

/** The plan is another one than the reviewed. */
const CHANGED = 4;
/** A later commit was deployed already. */
const OUTDATED = 5;

/** What was reviewed; of a plan that was cut off its comment only the fingerprint is left. */
interface Reviewed {
  readonly fingerprint: string;
  readonly plan?: Plan | undefined;
}

async function main(): Promise<number> {
  const { stack, reviewed: find } = readArguments();
  const commit = await headCommit();
  const outdated = await refuseOlder(commit, await history(stack), isAncestor);
  if (outdated !== undefined) return refuse(OUTDATED, [outdated]);
  const reviewed = await find(commit);
  const { preview, failed } = await runPreview(stack);
  if (failed) return refuse(1, errorsOf(preview));
  const plan = await currentPlan(preview, stack);
  if (plan.fingerprint !== reviewed.fingerprint) {
    const lines = reviewed.plan === undefined ? [] : describeDifference(reviewed.plan, plan);
    return refuse(CHANGED, [
      `stack ${stack} now plans ${plan.fingerprint}, not the reviewed ${reviewed.fingerprint}: review the new plan (npm run plan), then deploy that one`,
      ...lines.map((line) => `  ${line}`),
    ]);
  }
  return await runInTerminal("pulumi", ["up", "--yes", "--skip-preview", "--stack", stack]);
}

interface Arguments {
  readonly stack: string;
  readonly reviewed: (commit: string | undefined) => Reviewed | Promise<Reviewed>;
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      stack: { type: "string" },
      fingerprint: { type: "string" },
      plan: { type: "string" },
      reviewed: { type: "boolean" },
    },
  });
  const { stack, fingerprint, plan, reviewed } = values;
  if (stack === undefined) throw new Error(`--stack is required\n${usage}`);
  if ([fingerprint, plan, reviewed].filter((value) => value !== undefined).length !== 1) {
    throw new Error(`expected one of --fingerprint, --plan and --reviewed\n${usage}`);
  }
  if (fingerprint !== undefined) return { stack, reviewed: () => ({ fingerprint }) };
  if (plan === undefined) return { stack, reviewed: (commit) => reviewedOnGithub(stack, commit) };
  const read = readPlan(plan);
  return { stack, reviewed: () => ({ fingerprint: read.fingerprint, plan: read }) };
}

/** What the comment of the merged pull request says. */
async function reviewedOnGithub(stack: string, commit: string | undefined): Promise<Reviewed> {
  if (commit === undefined) throw new Error("--reviewed needs a git checkout");
  const repository = repositoryFromEnvironment();
  const number = await pullRequestOf(repository, commit);
  const byHand = "; to deploy it: npm run plan, then --fingerprint";
  if (number === undefined) {
    throw new Error(
      `no merged pull request brought commit ${commit}, so nobody reviewed its plan${byHand}`,
    );
  }
  const comment = await readComment({ ...repository, number }, markerOf("preview", stack));
  const fingerprint = extractFingerprint(comment ?? "");
  if (comment === undefined || fingerprint === undefined) {
    throw new Error(`pull request ${number} has no reviewed plan for stack ${stack}${byHand}`);
  }
  return { fingerprint, plan: extractPlan(comment) };
}

async function history(stack: string): Promise<StackUpdate[]> {
  const args = ["stack", "history", "--json", "--show-secrets=false", "--stack", stack];
  const { stdout } = await run("pulumi", args, { cwd: repository });
  return JSON.parse(stdout || "[]") as StackUpdate[];
}

function refuse(code: number, lines: readonly string[]): number {
  for (const line of lines) console.error(line);
  return code;
}

runScript("deploy", main);
