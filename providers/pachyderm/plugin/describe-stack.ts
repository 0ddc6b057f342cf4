import type { FunctionHandler, InvokeResult } from "../../kit/handler";
import { OverBudget } from "./change-costs/accounts";
import { readDescription } from "./change-costs/stack";
import type { Connection } from "./connection/connection";

/** The function `pachyderm:index:describeStack`. */
export function describeStack(connection: () => Connection): FunctionHandler {
  return async ({ args }): Promise<InvokeResult> => {
    const { costs, settings } = connection();
    const stack = readDescription(args, settings.project);
    if (!("members" in stack)) return { result: {}, failures: stack };
    try {
      await costs.describe(stack);
    } catch (error) {
      // not a failure, because the engine would show the call around it
      if (error instanceof OverBudget) return { result: { refusal: error.message } };
      throw error;
    }
    return { result: {} };
  };
}
