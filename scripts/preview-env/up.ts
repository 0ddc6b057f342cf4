import { plainName } from "../../config/stack-file";
import { resourcesIn } from "../exported-state";
import { readState } from "../stack-update/state";
import { updateStack } from "../stack-update/update-stack";
import type { Arguments, Result } from "./arguments";
import { type Base, readBase, renderedSpecs } from "./base";
import { type Deployed, deployedBy, unchangedTrainings } from "./deployed";
import { DAYS, dayAfter, environmentConfig, ownerLabel, trainingsOf } from "./environment-config";
import { BASE_TAG, LABEL_TAG, requireOwn, requireOwnFile } from "./ownership";
import { type PreviewEnvironmentReport, renderEnvironment, renderFailure } from "./report";
import { createStack, fileOf, readOutputs, readTags, writeStackFile, writeTag } from "./stack";

/** Creates or updates the environment. */
export async function up(args: Arguments, stack: string): Promise<Result> {
  const base = readBase(plainName(args.base));
  const baseState = await readState(args.base);
  if (baseState === undefined) {
    throw new Error(
      `stack ${args.base} does not exist in this backend (\`pulumi whoami --verbose\` shows the backend), so an environment would have no data`,
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
  await claimStack(args, stack);
  await writeStackFile(stack, args.base, (copied) => environmentConfig(copied, base, options));
  const { code } = await updateStack(args, stack, ["up"]);
  if (code !== 0) {
    return { code: 1, text: renderFailure({ base: args.base, stack, ...options }) };
  }
  const report: PreviewEnvironmentReport = {
    base: args.base,
    stack,
    number: args.number,
    owner: options.owner,
    expires: options.expires,
    trainings: trainingsOf(base, options),
    remark,
    outputs: await readOutputs(stack),
  };
  return { code: 0, text: renderEnvironment(report) };
}

/** Creates the stack if it does not exist; refuses one that does not belong to this environment. */
async function claimStack(args: Arguments, stack: string): Promise<void> {
  const state = await readState(stack);
  const tags = state === undefined ? {} : await readTags(stack);
  const base = tags[BASE_TAG];
  if (state !== undefined) requireOwn(args, { name: stack, state, base });
  if (base === undefined) {
    requireOwnFile(fileOf(stack), stack);
    if (state === undefined) await createStack(stack, args.base);
    await writeTag(stack, BASE_TAG, plainName(args.base));
  }
  const { label } = args;
  if (label !== undefined && tags[LABEL_TAG] !== label) await writeTag(stack, LABEL_TAG, label);
}

/** The use cases that deploy the base stack's models instead of training. */
async function deferredUseCases(
  { base: stack, models }: Arguments,
  base: Base,
  deployed: Deployed,
): Promise<{ deferred: ReadonlySet<string>; remark?: string }> {
  if (models === "train") return { deferred: new Set() };
  if (base.namePrefix !== "") {
    const reason = `stack ${stack} has the namePrefix ${base.namePrefix}, but models can be read only from pipelines without a prefix`;
    if (models === "defer") throw new Error(`--defer: ${reason}`);
    return { deferred: new Set(), remark: `Every use case trains: ${reason}.` };
  }
  if (models === "defer") return { deferred: new Set(Object.keys(base.named)) };
  const rendered = await renderedSpecs(plainName(stack));
  return { deferred: unchangedTrainings(base.named, deployed.specs, rendered) };
}
