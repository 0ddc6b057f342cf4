import { type Block, isBlock, readWholeStackFile } from "../../config/stack-file";
import { repository } from "../../sandbox/paths";
import type { Preview } from "../preview/preview-json";
import { ciphertextsOf } from "./ciphertexts";

import { headCommit } from "./git";
import { type IsInPlace, inPlaceIn } from "./in-place";
import { type Plan, planOf } from "./plan";

/** The plan of a preview of this checkout. */
export async function currentPlan(preview: Preview, stack: string): Promise<Plan> {
  const file = stackFile(stack);
  const config = isBlock(file.config) ? file.config : {};
  return planOf(preview, {
    stack,
    commit: await headCommit(),
    key: keyOf(file, stack),
    ciphertexts: ciphertextsOf(config),
  });
}

/** What of an earlier plan of this checkout's stack is in place already. */
export function currentlyInPlace(preview: Preview, stack: string): IsInPlace {
  return inPlaceIn(preview, keyOf(stackFile(stack), stack));
}

function stackFile(stack: string): Block {
  // a name may be qualified: ORGANIZATION/PROJECT/STACK
  return readWholeStackFile(stack.split("/").at(-1) ?? stack, repository) ?? {};
}

/** The key of the hashes. */
function keyOf(file: Block, stack: string): string {
  return String(file.encryptionsalt ?? file.encryptedkey ?? stack);
}
