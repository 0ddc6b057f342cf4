import type { Plan, PlannedStep } from "./plan";

/**
 * What several plans do together, the oldest first: each of them was made without the others. Where
 * two change the same path, the newer one counts.
 */
export function combinePlans(plans: readonly [Plan, ...Plan[]], current: Plan): Plan {
  const steps = new Map<string, PlannedStep>();
  for (const step of plans.flatMap((plan) => plan.steps)) {
    const key = `${step.op} ${step.urn}`;
    steps.set(key, { ...step, values: { ...steps.get(key)?.values, ...step.values } });
  }
  const [first] = plans;
  return { ...first, steps: [...steps.values()], secrets: combineSecrets(plans, current) };
}

/**
 * A plan lists all secrets of its stack file, also those that it does not change, so the one that is
 * planned now has to be in one of the plans.
 */
function combineSecrets(plans: readonly Plan[], current: Plan): Record<string, string> {
  const paths = new Set(plans.flatMap(({ secrets }) => Object.keys(secrets)));
  return Object.fromEntries(
    [...paths].flatMap((path): [string, string][] => {
      const now = current.secrets[path];
      if (plans.some(({ secrets }) => secrets[path] === now)) {
        return now === undefined ? [] : [[path, now]];
      }
      const newest = plans.findLast(({ secrets }) => secrets[path] !== undefined);
      return [[path, newest?.secrets[path] ?? ""]];
    }),
  );
}
