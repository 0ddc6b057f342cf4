/**
 * Compares the pipelines of two versions of the program, without engine, cluster or credentials:
 * `npm run --silent compare -- --stack NAME BASE.json HEAD.json`.
 */

import { randomUUID } from "node:crypto";
import { unplanned } from "./comment/check-run";
import { comparePipelines, readSpecsFile } from "./compare/compare-pipelines";
import { renderComparison } from "./compare/render-comparison";
import { findCheckRun, upsertCheckRun } from "./github/check-runs";
import type { Repository } from "./github/client";
import { upsertComment } from "./github/comments";
import { markerOf } from "./github/marker";
import { isOwnHead, pullRequestFrom } from "./github/pull-requests";
import { GITHUB_VARIABLES, repositoryFromEnvironment } from "./github/variables";
import { LONGEST_TEXT } from "./markdown/limit";
import { runScript } from "./run-script";
import { readWithPositionals } from "./script-arguments";

const usage = `usage: npm run --silent compare -- --stack NAME [--head OWNER:BRANCH@COMMIT] BASE.json HEAD.json

Prints the changes from one output of \`npm run render\` to another, as Markdown.
  --head   also writes them as a comment into the open pull request from that branch to the default
           branch, and adds a neutral check \`plan of NAME\` to its commit, unless the commit is also
           in a pull request from the repository itself. Environment variables:
${GITHUB_VARIABLES}
`;

async function main(): Promise<number> {
  const { values, positionals } = readWithPositionals(usage, {
    stack: { type: "string" },
    head: { type: "string" },
  });
  const { stack, head } = values;
  const [base, changed] = positionals;
  if (
    stack === undefined ||
    base === undefined ||
    changed === undefined ||
    positionals.length > 2
  ) {
    throw new Error(`expected --stack and two files\n${usage}`);
  }
  const changes = comparePipelines(readSpecsFile(base), readSpecsFile(changed));
  print(renderComparison(stack, changes));
  if (head === undefined) return 0;
  const repository = repositoryFromEnvironment();
  const from = parseHead(head);
  const number = await pullRequestFrom(repository, from);
  if (number === undefined)
    throw new Error(`there is no open pull request from ${head} to the default branch`);
  const marker = markerOf("fork", stack);
  const comment = renderComparison(stack, changes, LONGEST_TEXT);
  await upsertComment({ ...repository, number }, marker, comment);
  const { commit } = from;
  if (await isPlannedElsewhere(repository, commit, stack)) {
    console.log(
      `no check was added: ${commit} belongs to a pull request from ${repository.repository} itself`,
    );
    return 0;
  }
  await upsertCheckRun(repository, { commit, stack, marker }, unplanned(stack));
  return 0;
}

/**
 * Whether a commit has, or gets, the check of a preview: a fork can push any commit of the
 * repository, and a newer neutral check would replace a failed one.
 */
async function isPlannedElsewhere(
  repository: Repository,
  commit: string,
  stack: string,
): Promise<boolean> {
  const preview = await findCheckRun(repository, commit, markerOf("preview", stack));
  return preview !== undefined || (await isOwnHead(repository, commit));
}

/** Prints untrusted text so that GitHub's runner does not interpret commands in it. */
function print(text: string): void {
  if (process.env.GITHUB_ACTIONS !== "true") {
    process.stdout.write(text);
    return;
  }
  const token = randomUUID();
  process.stdout.write(`::stop-commands::${token}\n${text}::${token}::\n`);
}

function parseHead(text: string) {
  const [, owner, branch, commit] = /^([\w-]+):(.+)@([0-9a-f]{40})$/.exec(text) ?? [];
  if (owner === undefined || branch === undefined || commit === undefined) {
    throw new Error(`--head: ${JSON.stringify(text)} is not valid; expected OWNER:BRANCH@COMMIT`);
  }
  return { owner, branch, commit };
}

runScript("compare", main);
