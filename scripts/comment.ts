/**
 * Writes a stack's comment into a pull request, and optionally a check run, replacing the previous
 * ones: `npm run --silent comment -- --stack NAME --pull-request NUMBER FILE`.
 */

import { readUserFile } from "../command-line/read-user-file";
import { checkRunOf, readCheckRun } from "./comment/check-run";
import { type CommentInput, renderComment } from "./comment/comment";
import { keepOverview } from "./comment/overview";
import { commitName, pullRequestNumber } from "./github/arguments";
import { type CheckRun, upsertCheckRun } from "./github/check-runs";
import { readComment, upsertComment } from "./github/comments";
import { markerOf } from "./github/marker";
import { GITHUB_VARIABLES, repositoryFromEnvironment } from "./github/variables";
import { LONGEST_TEXT, sizeOf } from "./markdown/limit";
import { runScript } from "./run-script";
import { readWithPositionals } from "./script-arguments";

const usage = `usage: npm run --silent comment -- --stack NAME --pull-request NUMBER FILE [--check CHECK --commit C]
       npm run --silent comment -- --stack NAME --pull-request NUMBER --failed --commit C

Writes FILE, the comment.md of \`npm run plan\`, into the pull request. With --check, also writes
CHECK, its check.json, as a check run of commit C, the head of the pull request. With --failed, the
comment and the check run say that the job ended before it planned anything. Environment variables:
${GITHUB_VARIABLES}
`;

async function main(): Promise<number> {
  const { stack, number, commit, ...files } = readArguments();
  const marker = markerOf("preview", stack);
  const { body, run } =
    files.file === undefined
      ? neverPlanned({ stack, pullRequest: number, commit })
      : readFiles(files.file, files.check, { marker, stack });
  const repository = repositoryFromEnvironment();
  const pullRequest = { ...repository, number };
  const comment = keepOverview(body, await readComment(pullRequest, marker));
  process.stdout.write(`${await upsertComment(pullRequest, marker, comment)}\n`);
  if (run !== undefined) {
    const address = await upsertCheckRun(
      repository,
      { commit: commitName(commit), stack, marker },
      run,
    );
    process.stdout.write(`${address}\n`);
  }
  return 0;
}

interface Texts {
  readonly body: string;
  readonly run: CheckRun | undefined;
}

/** The texts that replace the previous plan, which does not belong to this commit. */
function neverPlanned(args: Pick<CommentInput, "stack" | "pullRequest" | "commit">): Texts {
  const message = "the job failed before the preview started: see the log of the workflow";
  const preview = { steps: [], diagnostics: [{ severity: "error", message }] };
  const input = { ...args, preview, costs: undefined, plan: undefined };
  return { body: renderComment(input), run: checkRunOf(input) };
}

function readFiles(
  file: string,
  check: string | undefined,
  { marker, stack }: { readonly marker: string; readonly stack: string },
): Texts {
  const body = readUserFile(file).toString("utf8");
  if (!body.startsWith(`${marker}\n`)) {
    throw new Error(
      `${file} is not a comment for stack ${stack}: it does not begin with ${marker}`,
    );
  }
  if (sizeOf(body) > LONGEST_TEXT) {
    throw new Error(
      `${file} is too long for a comment: it has ${sizeOf(body)} bytes, but at most ${LONGEST_TEXT} are allowed`,
    );
  }
  const run =
    check === undefined ? undefined : readCheckRun(readUserFile(check).toString("utf8"), check);
  return { body, run };
}

function readArguments() {
  const { values, positionals } = readWithPositionals(usage, {
    stack: { type: "string" },
    "pull-request": { type: "string" },
    check: { type: "string" },
    commit: { type: "string" },
    failed: { type: "boolean" },
  });
  const { stack, "pull-request": number, check, commit, failed = false } = values;
  const [file] = positionals;
  const isComplete = failed ? file === undefined && check === undefined : file !== undefined;
  if (stack === undefined || !isComplete || positionals.length > 1) {
    throw new Error(`expected --stack, and either one file or --failed\n${usage}`);
  }
  const needsCommit = failed || check !== undefined;
  if (!needsCommit && commit !== undefined) {
    throw new Error(`--commit requires --check or --failed\n${usage}`);
  }
  return {
    stack,
    number: pullRequestNumber(number),
    file,
    check,
    commit: needsCommit ? commitName(commit) : undefined,
  };
}

runScript("comment", main);
