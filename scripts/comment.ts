/**
 * Writes a stack's comment into a pull request, in place of the one before:
 * `npm run --silent comment -- --stack NAME --pull-request NUMBER FILE`.
 */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { LONGEST_COMMENT } from "./comment/comment";
import { GITHUB_ENVIRONMENT, repositoryFromEnvironment } from "./comment/environment";
import { upsertComment } from "./comment/github";
import { markerOf } from "./comment/marker";
import { runScript } from "./run-script";

const usage = `usage: npm run --silent comment -- --stack NAME --pull-request NUMBER FILE

FILE is the comment.md of \`npm run plan\`. In the environment:
${GITHUB_ENVIRONMENT}
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { stack: { type: "string" }, "pull-request": { type: "string" } },
    allowPositionals: true,
  });
  const { stack, "pull-request": number } = values;
  const [file] = positionals;
  if (stack === undefined || file === undefined || positionals.length > 1) {
    throw new Error(`expected --stack and one file\n${usage}`);
  }
  if (!/^[1-9]\d*$/.test(number ?? "")) {
    throw new Error(
      `--pull-request: ${JSON.stringify(number)} is not the number of a pull request`,
    );
  }
  const marker = markerOf("preview", stack);
  const body = readFileSync(file, "utf8");
  if (!body.startsWith(`${marker}\n`)) {
    throw new Error(`${file} is not a comment of stack ${stack}: it does not begin with ${marker}`);
  }
  if (body.length > LONGEST_COMMENT) {
    throw new Error(
      `${file} is too long for a comment: ${body.length} characters, at most ${LONGEST_COMMENT}`,
    );
  }
  const pullRequest = { ...repositoryFromEnvironment(), number: Number(number) };
  const address = await upsertComment(pullRequest, marker, body);
  process.stdout.write(`${address}\n`);
  return 0;
}

runScript("comment", main);
