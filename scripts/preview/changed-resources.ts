import { type PropertyPath, parsePath } from "../../providers/kit/property-path";
import { UNKNOWN_ON_THE_WIRE } from "../../providers/kit/values";
import { cut, visible } from "../markdown/escape";
import {
  changingSteps,
  type Preview,
  type PreviewStep,
  protectionChanges,
  resourceName,
  resourceSteps,
  SECRET,
} from "./preview-json";

/** The maximum size of a shown value; a whole script in a field would bury the others. */
const LONGEST_VALUE = 200;

/** The changes of a resource, as lines of a diff. */
export interface ChangedResource {
  readonly name: string;
  readonly op: string;
  readonly lines: readonly string[];
}

/**
 * The resources that change, with their changed fields; without components, which have no fields.
 */
export function changedResources(preview: Preview): ChangedResource[] {
  const steps = changingSteps(preview);
  const replaced = new Set(steps.filter(({ op }) => op === "replace").map(({ urn }) => urn));
  // a replacement consists of three steps
  const isPart = ({ op, urn }: PreviewStep) => op !== "replace" && replaced.has(urn);
  return resourceSteps(steps.filter((step) => !isPart(step))).map((step) => ({
    name: resourceName(step.urn),
    op: step.op,
    lines: [...changedFields(step), ...changedProtection(step)],
  }));
}

function changedFields({ detailedDiff, oldState, newState }: PreviewStep): string[] {
  return Object.entries(detailedDiff ?? {}).flatMap(([path, { kind }]) => {
    const name = visible(cut(path, LONGEST_VALUE));
    const before = `- ${name}: ${shown(oldState?.inputs, path)}`;
    const after = `+ ${name}: ${shown(newState?.inputs, path)}`;
    if (kind.startsWith("add")) return [after];
    return kind.startsWith("delete") ? [before] : [before, after];
  });
}

function changedProtection(step: PreviewStep): string[] {
  return protectionChanges(step).flatMap(({ option, now }) => [
    `- ${option}: ${!now}`,
    `+ ${option}: ${now}`,
  ]);
}

/** A value on one line, as JSON. */
function shown(inputs: unknown, path: string): string {
  const value = valueAt(inputs, parsePath(path));
  if (value === undefined) return "(not set)";
  if (value === UNKNOWN_ON_THE_WIRE) return "(not known yet)";
  return value === SECRET ? SECRET : visible(cut(JSON.stringify(value), LONGEST_VALUE));
}

/** The value at a path; if a whole part on the path is a secret or not known yet, that part. */
export function valueAt(inputs: unknown, path: PropertyPath): unknown {
  let value = inputs;
  for (const key of path) {
    if (value === SECRET || value === UNKNOWN_ON_THE_WIRE) return value;
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
