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

/** The parts of an earlier plan of this checkout's stack that are already in place. */
export function currentlyInPlace(preview: Preview, stack: string): InPlace {
  return inPlaceIn(preview, keyOf(stackFile(stack), stack));
}

/** Whether a plan of this checkout's stack matches its fingerprint. */
export function isUnaltered(plan: Plan): boolean {
  return fingerprintOf(plan, keyOf(stackFile(plan.stack), plan.stack)) === plan.fingerprint;
}

/** The hashes of the encrypted values in a stack file, as in a plan of this checkout's stack. */
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
