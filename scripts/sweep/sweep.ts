import { repositoryFromEnvironment } from "../github/variables";
import { commentOnExpired, environmentsAmong } from "./environment-comments";
import { destroyExpired, stackTitle } from "./expired-stacks";
import { type Looked, lookAround } from "./look";
import type { Removed } from "./removal";
import { removeLeftBehind } from "./remove";
import { describeFindings, type Findings, isClean, toJson } from "./report";
import type { StackName } from "./stacks";

export interface SweepOptions {
  /** The stack whose configuration connects to the systems. */
  readonly stack: string;
  /** Whether to delete the findings. */
  readonly yes: boolean;
  readonly json: boolean;
  /** Whether to update the comments about expired environments of pull requests. */
  readonly comment: boolean;
}

/** Where a sweep's lines are written: results and progress. */
export interface Output {
  readonly print: (line: string) => void;
  readonly report: (line: string) => void;
}

/** The exit code if something is left behind. */
const FOUND = 6;

/** Lists what is left behind, deletes it with `yes`, and returns the exit code. */
export async function sweep(
  { stack, yes, json, comment }: SweepOptions,
  environment: NodeJS.ProcessEnv,
  { print, report }: Output,
): Promise<number> {
  const github = comment ? repositoryFromEnvironment(environment) : undefined;
  const looked = await lookAround(stack, environment);
  const { findings, systems, pulumi } = looked;
  const isComplete = findings.problems.length === 0;
  try {
    if (!json) for (const line of describeFindings(findings, new Date())) print(line);
    const environments = github ? await environmentsAmong(findings.expired, pulumi) : [];
    const removed = yes && isComplete ? await deleteAll(looked, report) : undefined;
    if (json) print(JSON.stringify(toJson(findings, removed), null, 2));
    const problems = github
      ? await commentOnExpired(
          // the comment of an environment that was renewed in the meantime is already up to date
          environments.filter(({ stack }) => !isAmong(removed?.kept, stack)),
          (stack) => stack.kept !== undefined || !removed || isAmong(removed.failures, stack),
          github,
        )
      : [];
    for (const problem of problems) report(`not edited: ${problem}`);
    for (const what of findings.unknown) report(`kept, because it is unknown ${what}`);
    for (const { what, problem } of removed?.failures ?? [])
      report(`not deleted: ${what}: ${problem}`);
    if (!isComplete) return incomplete(findings, yes, report);
    if (problems.length + findings.unknown.length + (removed?.failures ?? []).length > 0) return 1;
    return removed === undefined ? suggest(stack, findings, report) : 0;
  } finally {
    systems.close();
  }
}

async function deleteAll(
  { findings, systems, pulumi, recheck }: Looked,
  report: Output["report"],
): Promise<Removed> {
  const expired = findings.expired.filter(({ kept }) => kept === undefined);
  const all = [
    await removeLeftBehind(findings.leftBehind, systems.delete, {
      keep: recheck.leftBehind,
      report,
    }),
    await destroyExpired(expired, pulumi, { keep: recheck.stack, report }),
  ];
  return {
    failures: all.flatMap(({ failures }) => failures),
    kept: all.flatMap(({ kept }) => kept),
  };
}

function isAmong(found: readonly { readonly what: string }[] = [], stack: StackName): boolean {
  return found.some(({ what }) => what === stackTitle(stack));
}

/** Reports that a system could not be read, so that it is not known what it uses. */
function incomplete({ problems }: Findings, yes: boolean, report: Output["report"]): number {
  for (const problem of problems) report(`not read: ${problem}`);
  if (yes) report("nothing was deleted, because it may be used by what could not be read");
  return 1;
}

function suggest(stack: string, findings: Findings, report: Output["report"]): number {
  if (isClean(findings)) return 0;
  report(`to delete this: npm run --silent sweep -- --stack ${stack} --yes`);
  return FOUND;
}
