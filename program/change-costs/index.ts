/** Tells the Pachyderm provider what only the program knows of a change's costs. */
import { readStackState } from "../../components/common/stack-state";
import type { Config } from "../../config";
import { budgetWays } from "../../config/budget";
import { describeStack } from "../../providers/pachyderm";
import { candidates } from "../adoption/candidates";
import { stackProviders } from "../providers";
import { kept, leaving, present } from "./leaving";
import { members } from "./members";

/** Tells what belongs to the stack, what leaves it, and what a change may cost; refuses too high costs. */
export async function announceStack(config: Config): Promise<void> {
  const state = (await readStackState()) ?? new Map();
  await describeStack(
    {
      // one that is renamed belongs to the stack under both names; what is said of it is the new one's
      members: [...present(state), ...members(config)],
      deletes: leaving(state, candidates(config), config),
      kept: kept(state, config),
      budget: config.budget,
      ways: budgetWays(),
    },
    { provider: stackProviders(config).pachyderm },
  );
}
