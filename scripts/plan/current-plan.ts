import { repository } from "../../command-line/repository";
import {
  type Block,
  configurationIn,
  plainName,
  readWholeStackFile,
} from "../../config/stack-file";
import { mapValues } from "../../providers/kit/map-values";
import type { Preview } from "../preview/preview-json";
import { ciphertextsOf } from "./ciphertexts";

import { headCommit } from "./git";
import { type InPlace, inPlaceIn } from "./in-place";
import { fingerprintOf, hashOf, type Plan, planOf } from "./plan";

/** The plan of a preview of this checkout. */
export async function currentPlan(preview: Preview, stack: string): Promise<Plan> {
  const file = stackFile(stack);
  const config = configurationIn(file);
  return planOf(preview, {
    stack,
    commit: await headCommit(),
    key: keyOf(file, stack),
    ciphertexts: ciphertextsOf(config),
  });
}

/** What of an earlier plan of this checkout's stack is in place already. */
export function currentlyInPlace(preview: Preview, stack: string): InPlace {
  return inPlaceIn(preview, keyOf(stackFile(stack), stack));
}

/** Whether a plan of this checkout's stack is what its fingerprint says. */
export function isUnaltered(plan: Plan): boolean {
  return fingerprintOf(plan, keyOf(stackFile(plan.stack), plan.stack)) === plan.fingerprint;
}

/** The hashes of the encrypted values that a stack file has, as a plan of this checkout's stack has them. */
export function hashedSecrets(file: Block, stack: string): Record<string, string> {
  const config = configurationIn(file);
  const key = keyOf(stackFile(stack), stack);
  return mapValues(ciphertextsOf(config), (ciphertext) => hashOf(ciphertext, key));
}

function stackFile(stack: string): Block {
  return readWholeStackFile(stack, repository) ?? {};
}

/** The key of the hashes. */
function keyOf(file: Block, stack: string): string {
  return String(file.encryptionsalt ?? file.encryptedkey ?? plainName(stack));
}
