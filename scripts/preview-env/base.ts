import { run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import { fullKey } from "../../config/messages";
import { type Block, stackKey } from "../../config/stack-file";
import { readValues } from "../../config/values";
import { readSpecs } from "../compare/compare-pipelines";
import { readStackConfig } from "../render/stack-file";
import type { BaseUseCases } from "./environment-config";

export type Base = BaseUseCases & { readonly environment: Block };

/** The configuration of the stack that an environment is for; its secrets are not decrypted. */
export function readBase(stack: string): Base {
  const { config, secretKeys } = readStackConfig(stack);
  const encrypted = ["useCases", "environment"].find((key) => secretKeys.includes(stackKey(key)));
  if (encrypted !== undefined) {
    throw new Error(
      `stack ${stack}: ${stackKey(encrypted)} contains an encrypted value, but must not contain secrets`,
    );
  }
  const { values, named, problems } = readValues(config);
  if (problems.length > 0) {
    const lines = problems.map(({ path, text }) => `${fullKey(path)} ${text}`);
    throw new Error(`stack ${stack}: ${lines.join("; ")}`);
  }
  const { namePrefix = "", useCases = {}, environment = {} } = values;
  return { namePrefix, overrides: useCases, named, environment };
}

/** The pipelines of a stack in this checkout. */
export async function renderedSpecs(stack: string) {
  const args = ["--require", "tsx/cjs", "scripts/render.ts", "--stack", stack];
  const { stdout } = await run(process.execPath, args, { cwd: repository });
  return readSpecs(stdout, "the checkout's pipelines");
}
