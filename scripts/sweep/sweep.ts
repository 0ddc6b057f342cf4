import { destroyExpired } from "./expired-stacks";
import { type Looked, lookAround } from "./look";
import { type Failure, removeOrphans } from "./remove";
import { describeFindings, type Findings, isClean, toJson } from "./report";

export interface SweepOptions {
  /** The stack whose configuration leads to the systems. */
  readonly stack: string;
  /** Whether to delete what is found. */
  readonly yes: boolean;
  readonly json: boolean;
}

/** Where a sweep's lines go: results, and what happens meanwhile. */
export interface Output {
  readonly print: (line: string) => void;
  readonly report: (line: string) => void;
}

/** Something is left behind. */
const FOUND = 6;

/** Lists what is left behind, deletes it if asked to, and returns the exit code. */
export async function sweep(
  { stack, yes, json }: SweepOptions,
  environment: NodeJS.ProcessEnv,
  { print, report }: Output,
): Promise<number> {
  const looked = await lookAround(stack, environment);
  const { findings, systems } = looked;
  try {
    if (!json) for (const line of describeFindings(findings, new Date())) print(line);
    const failures = yes ? await deleteAll(looked, report) : undefined;
    if (json) print(JSON.stringify(toJson(findings, failures), null, 2));
    if (failures === undefined) return suggest(stack, findings, report);
    for (const { what, problem } of failures) report(`not deleted: ${what}: ${problem}`);
    return failures.length > 0 ? 1 : 0;
  } finally {
    systems.close();
  }
}

async function deleteAll(
  { findings, systems, pulumi }: Looked,
  report: Output["report"],
): Promise<Failure[]> {
  return [
    ...(await removeOrphans(findings.orphans, systems.delete, report)),
    ...(await destroyExpired(findings.expired, pulumi, report)),
  ];
}

function suggest(stack: string, findings: Findings, report: Output["report"]): number {
  if (isClean(findings)) return 0;
  report(`to delete this: npm run --silent sweep -- --stack ${stack} --yes`);
  return FOUND;
}
