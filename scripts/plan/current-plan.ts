import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Block, isBlock } from "../../config/stack-file";
import { repository } from "../../sandbox/paths";
import type { Preview } from "../preview/preview-json";
import { ciphertextsOf } from "./ciphertexts";
import { headCommit } from "./git";
import { type Plan, planOf } from "./plan";

/** The plan of a preview of this checkout. */
export async function currentPlan(preview: Preview, stack: string): Promise<Plan> {
  const file = readStackFile(stack);
  const config = isBlock(file.config) ? file.config : {};
  return planOf(preview, {
    stack,
    commit: await headCommit(),
    key: String(file.encryptionsalt ?? file.encryptedkey ?? stack),
    ciphertexts: ciphertextsOf(config),
  });
}

/** The stack's file as a whole, with what its secrets are encrypted by. */
function readStackFile(stack: string): Block {
  const file = join(repository, `Pulumi.${stack.split("/").at(-1)}.yaml`);
  const content: unknown = existsSync(file) ? parse(readFileSync(file, "utf8")) : {};
  return isBlock(content) ? content : {};
}
