/** Turns existing pipelines into a use case: docs/moving-in.md. */
import { repository } from "../command-line/repository";
import type * as Adopt from "./adopt/adopt";
import type * as Update from "./adopt/update/update";
import { describeRestored, recover } from "./adopt/write/journal";
import { runScript } from "./run-script";
import { readWithPositionals } from "./script-arguments";

const usage = `usage: npm run --silent adopt -- [--stack NAME] [--name USE-CASE] FILE|PIPELINE…
       npm run --silent adopt -- --update --stack NAME [--dry-run] [USE-CASE]

Writes a use case that reproduces existing pipelines, and verifies that adopting it does not change
them.
  FILE               a pipeline file of pachctl, JSON or YAML; - for standard input
  PIPELINE           a pipeline on the stack's Pachyderm, NAME or PROJECT/NAME; reads PACHYDERM_TOKEN
  --stack NAME       selects the use case in Pulumi.NAME.yaml and previews the stack
  --name USE-CASE    the use case's name. Default: the name of the only pipeline or file
  --own-repos        the stack also takes over the repos that the pipelines read
  --plain-env NAME   a variable that looks like a credential but is not one; can be repeated
With --update, writes changes made on the server back into the files of use cases.
  USE-CASE           the use case to update. Default: all use cases of the stack
  --dry-run          prints the changes without writing them
Exit codes: 0 success; 1 failure, with all files unchanged
`;

async function main(): Promise<number> {
  const { values, positionals } = parse();
  const restored = recover(repository);
  if (restored)
    console.log(`note: an earlier run of adopt was killed: ${describeRestored(restored)}`);
  if (values.update) return await updateUseCases(values, positionals);
  if (values["dry-run"]) throw new Error(`--dry-run requires --update\n${usage}`);
  if (positionals.length === 0)
    throw new Error(`expected pipeline files or pipeline names\n${usage}`);
  // both read the use cases: a mistake in one of their files must end in a message
  const { adopt } = require("./adopt/adopt") as typeof Adopt;
  await adopt({
    sources: positionals,
    stack: values.stack,
    name: values.name,
    ownRepos: values["own-repos"],
    plainEnv: values["plain-env"],
    print: (line) => console.log(line),
  });
  return 0;
}

async function updateUseCases(
  { stack, ...values }: ReturnType<typeof parse>["values"],
  [useCase, ...others]: readonly string[],
): Promise<number> {
  if (stack === undefined) throw new Error(`--update requires --stack\n${usage}`);
  if (others.length > 0) throw new Error(`expected at most one use case\n${usage}`);
  if (values.name !== undefined || values["own-repos"]) {
    throw new Error(`--name and --own-repos cannot be combined with --update\n${usage}`);
  }
  const { update } = require("./adopt/update/update") as typeof Update;
  await update({
    stack,
    useCase,
    dryRun: values["dry-run"],
    plainEnv: values["plain-env"],
    print: (line) => console.log(line),
  });
  return 0;
}

function parse() {
  return readWithPositionals(usage, {
    stack: { type: "string" },
    name: { type: "string" },
    "own-repos": { type: "boolean", default: false },
    update: { type: "boolean", default: false },
    "dry-run": { type: "boolean", default: false },
    "plain-env": { type: "string", multiple: true, default: [] },
  });
}

runScript("adopt", main);
