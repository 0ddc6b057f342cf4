import { plainName } from "../../config/stack-file";
import { resourceName } from "../preview/preview-json";
import type { IsInPlace } from "./in-place";
import type { Plan, PlannedStep } from "./plan";

/**
 * The differences of a new plan from the reviewed one, one line each. Reviewed changes that are
 * already in place are not differences.
 */
export function describeDifference(
  reviewed: Plan,
  current: Plan,
  isInPlace: IsInPlace = () => false,
): string[] {
  if (plainName(reviewed.stack) !== plainName(current.stack)) {
    return [`the reviewed plan is for stack ${reviewed.stack}, not ${current.stack}`];
  }
  return [
    ...describeSteps(byStep(reviewed), byStep(current), isInPlace),
    ...describePaths("secret", reviewed.secrets, current.secrets),
  ];
}

function byStep({ steps }: Plan): Map<string, PlannedStep> {
  return new Map(steps.map((step) => [stepKey(step), step]));
}

function describeSteps(
  reviewed: ReadonlyMap<string, PlannedStep>,
  current: ReadonlyMap<string, PlannedStep>,
  isInPlace: IsInPlace,
): string[] {
  const gone = [...reviewed].filter(([key, step]) => !current.has(key) && !isInPlace(step));
  const added = [...current].filter(([key]) => !reviewed.has(key));
  const kept = [...current].filter(([key]) => reviewed.has(key));
  return [
    ...gone.map(([, step]) => `${describeStep(step)} was reviewed and is no longer planned`),
    ...added.map(([, step]) => `${describeStep(step)} is planned and was not reviewed`),
    ...kept.flatMap(([key, step]) =>
      describePaths(describeStep(step), stillToDo(reviewed.get(key), step, isInPlace), step.values),
    ),
  ];
}

/** The reviewed values that are not in place yet. */
function stillToDo(
  reviewed: PlannedStep | undefined,
  current: PlannedStep,
  isInPlace: IsInPlace,
): Readonly<Record<string, string>> {
  if (reviewed === undefined) return {};
  return Object.fromEntries(
    Object.entries(reviewed.values).filter(
      ([path]) => path in current.values || !isInPlace(reviewed, path),
    ),
  );
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
    return [`${what}: ${path} differs from the reviewed value`];
  });
}

/** The key that identifies a step in another plan. */
export function stepKey({ op, urn }: PlannedStep): string {
  return `${op} ${urn}`;
}

/** A step in words. */
function describeStep({ op, urn }: PlannedStep): string {
  return `${op} of ${resourceName(urn)}`;
}
