/** Passes to the Pachyderm provider what only the program knows about a change's costs. */
import { readStackState } from "../../components/common/stack-state";
import type { Config } from "../../config";
import { budgetWays } from "../../config/budget";
import { describeStack } from "../../providers/pachyderm";
import { candidates } from "../adoption/candidates";
import { stackProviders } from "../providers";
import { kept, leaving, ownPipelines } from "./leaving";
import { members } from "./members";

/** Passes on what belongs to the stack, what leaves it, and what a change may cost. */
export async function announceStack(config: Config): Promise<void> {
  const state = (await readStackState()) ?? new Map();
  const pipelines = ownPipelines(state);
  await describeStack(
    {
      // a renamed pipeline belongs to the stack under both names, with the details of the new one
      members: [...pipelines, ...members(config)],
      deletes: leaving(state, candidates(config), config),
      resources: pipelines,
      kept: kept(state, config),
      budget: config.budget,
      ways: budgetWays(),
    },
    { provider: stackProviders(config).pachyderm },
  );
}
