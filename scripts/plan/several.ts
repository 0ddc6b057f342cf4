import { describeStep, stepKey } from "./difference";
import type { Plan, PlannedStep } from "./plan";

/**
 * What a plan has that none of several reviewed plans shows, and what it lacks of the newest of them,
 * which comes first. Each reviewed pull request was compared with the stack as it was then; if
 * several were merged since the last deployment, the stack plans all of their changes at once.
 */
export function describeBeyond(reviewed: readonly Plan[], current: Plan): string[] {
  const [newest] = reviewed;
  const isPlanned = new Map(current.steps.map((step) => [stepKey(step), step]));
  return [
    ...current.steps.flatMap((step) => beyond(step, reviewed)),
    ...(newest?.steps ?? []).flatMap((step) => lacking(step, isPlanned.get(stepKey(step)))),
    ...describeValues(
      "secret",
      current.secrets,
      reviewed.map(({ secrets }) => secrets),
    ),
  ];
}

/** What of a planned step nobody reviewed. */
function beyond(step: PlannedStep, reviewed: readonly Plan[]): string[] {
  const same = reviewed.flatMap(({ steps }) =>
    steps.filter((one) => stepKey(one) === stepKey(step)),
  );
  if (same.length === 0) return [`${describeStep(step)} is planned and was not reviewed`];
  const values = same.map((one) => one.values);
  return describeValues(describeStep(step), step.values, values);
}

/** What of a step of the newest reviewed plan is not planned. */
function lacking(step: PlannedStep, planned: PlannedStep | undefined): string[] {
  const what = describeStep(step);
  if (planned === undefined) return [`${what} was reviewed and is no longer planned`];
  return Object.entries(step.values).flatMap(([path, value]) => {
    const found = planned.values[path];
    if (found === value) return [];
    if (found === undefined) return [`${what}: ${path} no longer changes`];
    return [`${what}: ${path} has another value than the newest reviewed one`];
  });
}

type Values = Readonly<Record<string, string>>;

function describeValues(what: string, current: Values, reviewed: readonly Values[]): string[] {
  return Object.entries(current).flatMap(([path, value]) => {
    const found = reviewed.flatMap((values) => values[path] ?? []);
    if (found.includes(value)) return [];
    if (found.length === 0) return [`${what}: ${path} was not reviewed`];
    return [`${what}: ${path} has another value than the reviewed one`];
  });
}
