import { isBlock, readWholeStackFile } from "../../config/stack-file";
import { repository } from "../../sandbox/paths";
import type { Preview } from "../preview/preview-json";
import { ciphertextsOf } from "./ciphertexts";
import { headCommit } from "./git";
import { type Plan, planOf } from "./plan";

/** The plan of a preview of this checkout. */
export async function currentPlan(preview: Preview, stack: string): Promise<Plan> {
  // a name may be qualified: ORGANIZATION/PROJECT/STACK
  const file = readWholeStackFile(stack.split("/").at(-1) ?? stack, repository) ?? {};
  const config = isBlock(file.config) ? file.config : {};
  return planOf(preview, {
    stack,
    commit: await headCommit(),
    key: String(file.encryptionsalt ?? file.encryptedkey ?? stack),
    ciphertexts: ciphertextsOf(config),
  });
}
