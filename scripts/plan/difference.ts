import { resourceName } from "../preview/preview-json";
import type { Plan, PlannedStep } from "./plan";

/** How a new plan differs from the one that was reviewed, a line for each difference. */
export function describeDifference(reviewed: Plan, current: Plan): string[] {
  if (reviewed.stack !== current.stack) {
    return [`the reviewed plan is for stack ${reviewed.stack}, not ${current.stack}`];
  }
  return [
    ...describeSteps(byStep(reviewed), byStep(current)),
    ...describePaths("secret", reviewed.secrets, current.secrets),
  ];
}

function byStep({ steps }: Plan): Map<string, PlannedStep> {
  return new Map(steps.map((step) => [stepKey(step), step]));
}

function describeSteps(
  reviewed: ReadonlyMap<string, PlannedStep>,
  current: ReadonlyMap<string, PlannedStep>,
): string[] {
  const gone = [...reviewed].filter(([key]) => !current.has(key));
  const added = [...current].filter(([key]) => !reviewed.has(key));
  const kept = [...current].filter(([key]) => reviewed.has(key));
  return [
    ...gone.map(([, step]) => `${describeStep(step)} was reviewed and is no longer planned`),
    ...added.map(([, step]) => `${describeStep(step)} is planned and was not reviewed`),
    ...kept.flatMap(([key, step]) =>
      describePaths(describeStep(step), reviewed.get(key)?.values ?? {}, step.values),
    ),
  ];
}

function describePaths(
  what: string,
  reviewed: Readonly<Record<string, string>>,
  current: Readonly<Record<string, string>>,
): string[] {
  const paths = [...new Set([...Object.keys(reviewed), ...Object.keys(current)])].sort();
  return paths.flatMap((path) => {
    if (reviewed[path] === current[path]) return [];
    if (reviewed[path] === undefined) return [`${what}: ${path} was not reviewed`];
    if (current[path] === undefined) return [`${what}: ${path} no longer changes`];
    return [`${what}: ${path} has another value than the reviewed one`];
  });
}

/** What a step is found by in another plan. */
export function stepKey({ op, urn }: PlannedStep): string {
  return `${op} ${urn}`;
}

/** A step in words. */
export function describeStep({ op, urn }: PlannedStep): string {
  return `${op} of ${resourceName(urn)}`;
}
