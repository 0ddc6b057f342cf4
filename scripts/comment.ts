/**
 * Writes a stack's comment into a pull request, and on request a check run, in place of the ones
 * before: `npm run --silent comment -- --stack NAME --pull-request NUMBER FILE`.
 */

import { readUserFile } from "../sandbox/cli/read-user-file";
import { commitName, pullRequestNumber } from "./comment/arguments";
import { readCheckRun, upsertCheckRun } from "./comment/check-run";
import { GITHUB_ENVIRONMENT, repositoryFromEnvironment } from "./comment/environment";
import { readComment, upsertComment } from "./comment/github";
import { LONGEST_TEXT, sizeOf } from "./comment/limit";
import { markerOf } from "./comment/marker";
import { keepOverview } from "./comment/overview";
import { runScript } from "./run-script";
import { readWithPositionals } from "./script-arguments";

const usage = `usage: npm run --silent comment -- --stack NAME --pull-request NUMBER FILE [--check CHECK --commit C]

FILE is the comment.md of \`npm run plan\`. With --check, CHECK is its check.json, which becomes a
check run of commit C, the head of the pull request. In the environment:
${GITHUB_ENVIRONMENT}
`;

async function main(): Promise<number> {
  const { stack, number, file, check } = readArguments();
  const marker = markerOf("preview", stack);
  const body = readUserFile(file).toString("utf8");
  if (!body.startsWith(`${marker}\n`)) {
    throw new Error(`${file} is not a comment of stack ${stack}: it does not begin with ${marker}`);
  }
  if (sizeOf(body) > LONGEST_TEXT) {
    throw new Error(
      `${file} is too long for a comment: ${sizeOf(body)} bytes, at most ${LONGEST_TEXT}`,
    );
  }
  const run = check && readCheckRun(readUserFile(check.file).toString("utf8"), check.file);
  const repository = repositoryFromEnvironment();
  const pullRequest = { ...repository, number };
  const comment = keepOverview(body, await readComment(pullRequest, marker));
  const address = await upsertComment(pullRequest, marker, comment);
  process.stdout.write(`${address}\n`);
  if (check !== undefined && run !== undefined) {
    const checkAddress = await upsertCheckRun(
      repository,
      { commit: check.commit, stack, marker },
      run,
    );
    process.stdout.write(`${checkAddress}\n`);
  }
  return 0;
}

function readArguments() {
  const { values, positionals } = readWithPositionals(usage, {
    stack: { type: "string" },
    "pull-request": { type: "string" },
    check: { type: "string" },
    commit: { type: "string" },
  });
  const { stack, "pull-request": number, check, commit } = values;
  const [file] = positionals;
  if (stack === undefined || file === undefined || positionals.length > 1) {
    throw new Error(`expected --stack and one file\n${usage}`);
  }
  if (check === undefined && commit !== undefined) {
    throw new Error(`--commit is only for --check\n${usage}`);
  }
  return {
    stack,
    number: pullRequestNumber(number),
    file,
    ...(check !== undefined && { check: { file: check, commit: commitName(commit) } }),
  };
}

runScript("comment", main);
