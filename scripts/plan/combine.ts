import { stepKey } from "./difference";
import type { Plan, PlannedStep } from "./plan";

/** The hashes of encrypted values, by path. */
export type Secrets = Plan["secrets"];

/**
 * The combined effect of several plans, the oldest first, each of which was made without the
 * others. If two change the same path, the newer one counts.
 */
export function combinePlans(plans: readonly [Plan, ...Plan[]], deployed: Secrets): Plan {
  const steps = new Map<string, PlannedStep>();
  for (const step of plans.flatMap((plan) => plan.steps)) {
    const key = stepKey(step);
    steps.set(key, { ...step, values: { ...steps.get(key)?.values, ...step.values } });
  }
  const [first] = plans;
  return { ...first, steps: [...steps.values()], secrets: combineSecrets(plans, deployed) };
}

/**
 * A plan lists all secrets of its stack file, and for those that it does not change it has the
 * deployed value. The newest plan with a different value counts, so that no rotation is lost.
 */
function combineSecrets(plans: readonly Plan[], deployed: Secrets): Secrets {
  const paths = new Set([deployed, ...plans.map(({ secrets }) => secrets)].flatMap(Object.keys));
  return Object.fromEntries(
    [...paths].flatMap((path): [string, string][] => {
      const changed = plans.findLast(({ secrets }) => secrets[path] !== deployed[path]);
      const value = (changed?.secrets ?? deployed)[path];
      return value === undefined ? [] : [[path, value]];
    }),
  );
}
