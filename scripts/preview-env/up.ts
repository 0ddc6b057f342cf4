import { resourcesIn } from "../exported-state";
import { runInTerminal } from "../run-in-terminal";
import type { Arguments, Result } from "./arguments";
import { type Base, readBase, renderedSpecs } from "./base";
import { type Deployed, deployedBy, unchangedTrainings } from "./deployed";
import { dayAfter, environmentConfig, ownerLabel, trainingsOf } from "./environment-config";
import { recoverStack } from "./recover-stack";
import { type EnvironmentReport, renderEnd, renderEnvironment } from "./report";
import { plainName, readOutputs, readState, writeStackFile } from "./stack";

/** How long somebody probably needs it. Each run starts the time again. */
const DAYS = 3;

/** Creates or updates the environment. */
export async function up(args: Arguments, stack: string): Promise<Result> {
  const base = readBase(plainName(args.base));
  const baseState = await readState(args.base);
  if (baseState === undefined) {
    throw new Error(
      `stack ${args.base} does not exist in this backend (\`pulumi whoami --verbose\` shows it), so an environment has no data`,
    );
  }
  const deployed = deployedBy(resourcesIn(baseState));
  const { deferred, remark } = await deferredUseCases(args, base, deployed);
  const options = {
    number: args.number,
    owner: ownerLabel(args.owner),
    expires: dayAfter(DAYS),
    isDeferred: (useCase: string) => deferred.has(useCase),
    hasRepo: (repo: string) => deployed.repos.has(repo),
  };
  const isNew = (await readState(stack)) === undefined;
  await writeStackFile(stack, args.base, isNew, (copied) =>
    environmentConfig(copied, base, options),
  );
  const refresh = isNew ? [] : await recoverStack(args, stack);
  const code = await runInTerminal("pulumi", [
    ...["up", "--yes", "--skip-preview", "--stack", stack],
    ...refresh,
  ]);
  if (code !== 0) {
    return { code: 1, text: renderEnd(args.base, stack, "failed: see the log of the workflow") };
  }
  const report: EnvironmentReport = {
    base: args.base,
    stack,
    number: args.number,
    expires: options.expires,
    trainings: trainingsOf(base, options),
    remark,
    outputs: await readOutputs(stack),
  };
  return { code: 0, text: renderEnvironment(report) };
}

/** The use cases that deploy the base stack's models instead of training. */
async function deferredUseCases(
  { base: stack, models }: Arguments,
  base: Base,
  deployed: Deployed,
): Promise<{ deferred: ReadonlySet<string>; remark?: string }> {
  if (models === "train") return { deferred: new Set() };
  if (base.namePrefix !== "") {
    const reason = `stack ${stack} has the namePrefix ${base.namePrefix}, and models are only read from pipelines without a prefix`;
    if (models === "defer") throw new Error(`--defer: ${reason}`);
    return { deferred: new Set(), remark: `Every use case trains: ${reason}.` };
  }
  if (models === "defer") return { deferred: new Set(Object.keys(base.named)) };
  const rendered = await renderedSpecs(plainName(stack));
  return { deferred: unchangedTrainings(base.named, deployed.specs, rendered) };
}
