/**
 * Applies what was reviewed: `npm run --silent deploy -- --stack NAME --fingerprint F`. It previews
 * again, and goes on only if that plans the same.
 */
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { repository } from "../sandbox/paths";
import { run } from "../sandbox/runtime/run";
import { currentPlan } from "./plan/current-plan";
import { refuseOlder, type StackUpdate } from "./plan/deployed-commit";
import { describeDifference } from "./plan/difference";
import { headCommit, isAncestor } from "./plan/git";
import type { Plan } from "./plan/plan";
import { readPlan } from "./plan/plan-file";
import { errorsOf } from "./preview/preview-json";
import { runPreview } from "./preview/run-preview";
import { runScript } from "./run-script";

const usage = `usage: npm run --silent deploy -- --stack NAME (--fingerprint F | --plan FILE)

Previews the stack again and runs \`pulumi up\` if the plan is still the reviewed one.
  --fingerprint F   the fingerprint that \`npm run plan\` printed
  --plan FILE       its plan.json; a difference is then told in words

exit codes: 1 the preview or the update fails; 4 the plan is not the reviewed one; 5 the commit is
older than the one that was deployed last
`;

/** The plan is another one than the reviewed. */
const CHANGED = 4;
/** A later commit was deployed already. */
const OUTDATED = 5;

interface Arguments {
  readonly stack: string;
  readonly fingerprint: string;
  readonly reviewed: Plan | undefined;
}

async function main(): Promise<number> {
  const { stack, fingerprint, reviewed } = readArguments();
  const outdated = await refuseOlder(await headCommit(), await history(stack), isAncestor);
  if (outdated !== undefined) return refuse(OUTDATED, [outdated]);
  const { preview, failed } = await runPreview(stack);
  if (failed) return refuse(1, errorsOf(preview));
  const plan = await currentPlan(preview, stack);
  if (plan.fingerprint !== fingerprint) {
    const difference = reviewed === undefined ? [] : describeDifference(reviewed, plan);
    return refuse(CHANGED, [
      `stack ${stack} now plans ${plan.fingerprint}, not the reviewed ${fingerprint}: review the new plan, then deploy that one`,
      ...difference.map((line) => `  ${line}`),
    ]);
  }
  return await up(stack);
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      stack: { type: "string" },
      fingerprint: { type: "string" },
      plan: { type: "string" },
    },
  });
  const { stack, fingerprint, plan } = values;
  const reviewed = plan === undefined ? undefined : readPlan(plan);
  if (stack === undefined) throw new Error(`--stack is required\n${usage}`);
  if (fingerprint === undefined && reviewed === undefined) {
    throw new Error(`--fingerprint or --plan is required\n${usage}`);
  }
  if (fingerprint !== undefined && reviewed && reviewed.fingerprint !== fingerprint) {
    throw new Error(
      `the plan in ${plan} has the fingerprint ${reviewed.fingerprint}, not ${fingerprint}`,
    );
  }
  return { stack, reviewed, fingerprint: fingerprint ?? reviewed?.fingerprint ?? "" };
}

async function history(stack: string): Promise<StackUpdate[]> {
  const args = ["stack", "history", "--json", "--show-secrets=false", "--stack", stack];
  const { stdout } = await run("pulumi", args, { cwd: repository });
  return JSON.parse(stdout || "[]") as StackUpdate[];
}

/** The terminal is the update's own, Ctrl-C included: the engine then ends what is under way. */
async function up(stack: string): Promise<number> {
  const args = ["up", "--yes", "--skip-preview", "--stack", stack];
  const child = spawn("pulumi", args, { cwd: repository, stdio: "inherit" });
  process.on("SIGINT", () => undefined);
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

function refuse(code: number, lines: readonly string[]): number {
  for (const line of lines) console.error(line);
  return code;
}

runScript("deploy", main);
