import { type Change, diffValues } from "../../../kit/diff";
import type { PropertyChange } from "../../../kit/handler";
import {
  isMap,
  isUnknown,
  reveal,
  UNKNOWN,
  type Unknown,
  type Value,
  type ValueMap,
} from "../../../kit/values";
import { plainSpec } from "../../spec/canonical";
import { diffSpecs } from "../../spec/compare";
import { DEFAULT_BRANCH } from "../../spec/defaults";
import type { ObjectRef } from "../api/api";
import { diffStopped } from "./stopped";

/** A pipeline's name and project, each as far as it is known. */
export interface PartialRef {
  readonly project: string | Unknown;
  readonly name: string | Unknown;
}

/** The current or future name and project of a spec's pipeline. */
export function refOf(inputs: ValueMap, defaultProject: string): PartialRef {
  const pipeline = member(reveal(inputs.spec ?? null), "pipeline");
  const project = member(member(pipeline, "project"), "name");
  return {
    name: isUnknown(pipeline) ? UNKNOWN : known(member(pipeline, "name"), ""),
    project: known(project, defaultProject),
  };
}

/** A pipeline's name and project, which must be known. */
export function requireRef(inputs: ValueMap, defaultProject: string): ObjectRef {
  const ref = refOf(inputs, defaultProject);
  if (!isKnown(ref)) throw new Error("spec.pipeline: is not known yet");
  return ref;
}

export function isKnown(ref: PartialRef): ref is ObjectRef {
  return !isUnknown(ref.project) && !isUnknown(ref.name);
}

/** The changes to a pipeline's inputs, at the user's own paths. */
export function diffInputs(
  oldInputs: ValueMap,
  inputs: ValueMap,
  refs: { readonly before: PartialRef; readonly after: PartialRef },
): PropertyChange[] {
  const { before, after } = refs;
  const moved = differs(before.name, after.name) || differs(before.project, after.project);
  const spec = diffSpecs(oldInputs.spec ?? null, inputs.spec ?? null, {
    project: text(before.project),
  }).map((change) => ({ ...change, path: ["spec", ...change.path] }));
  const changes: PropertyChange[] = spec.map((change) => ({
    ...change,
    replace: moved && change.path[1] === "pipeline",
  }));
  if (moved && !changes.some((change) => change.replace)) {
    // the provider's default project changed
    changes.push({ path: ["spec", "pipeline"], kind: "update", replace: true });
  }
  return [...changes, ...diffRestarts(oldInputs, inputs), ...diffStopped(oldInputs, inputs)];
}

/**
 * Whether the pipeline is certainly a different one. An unknown name does not count: the engine
 * also calls diff with unknown values when it replaces a dependency, and a "replace" would then
 * delete the pipeline with its output repo.
 */
function differs(before: string | Unknown, after: string | Unknown): boolean {
  return !isUnknown(before) && !isUnknown(after) && before !== after;
}

/**
 * The changes that restart workers or process data again without a change to the spec. A value that
 * the old inputs lack does not count: an import has no triggers, and must not restart anything.
 */
export function diffRestarts(oldInputs: ValueMap, inputs: ValueMap): Change[] {
  const oldTriggers = mapOf(oldInputs.restartTriggers);
  if (isUnknown(inputs.restartTriggers) && Object.keys(oldTriggers).length > 0) {
    return [{ path: ["restartTriggers"], kind: "update" }];
  }
  const triggers = mapOf(inputs.restartTriggers);
  const common = Object.keys(triggers).filter((key) => key in oldTriggers);
  const restarts = common.flatMap((key) =>
    diffValues(oldTriggers[key] ?? null, triggers[key] ?? null, ["restartTriggers", key]),
  );
  return reprocesses(oldInputs, inputs)
    ? [...restarts, { path: ["reprocess"], kind: "update" }]
    : restarts;
}

/** Whether the new inputs request processing all data again. */
export function reprocesses(oldInputs: ValueMap, inputs: ValueMap): boolean {
  const before = oldInputs.reprocess ?? null;
  const after = inputs.reprocess ?? null;
  return before !== null && after !== null && diffValues(before, after).length > 0;
}

/** Why Pachyderm refuses to change a pipeline from the old inputs to the new ones, if it does. */
export function refusedChange(
  oldInputs: ValueMap,
  inputs: ValueMap,
  defaultProject: string,
): string | undefined {
  const [old, next] = [oldInputs, inputs].map((one) => refOf(one, defaultProject));
  if (old?.name !== next?.name || old?.project !== next?.project) return undefined;
  const [before, after] = [outputBranchOf(oldInputs), outputBranchOf(inputs)];
  if (before === after || isUnknown(before) || isUnknown(after)) return undefined;
  return (
    `spec.outputBranch: cannot be changed from ${JSON.stringify(before)} to ` +
    `${JSON.stringify(after)}: Pachyderm refuses this for an existing pipeline. Give the ` +
    "pipeline another name, or remove it and run `pulumi up` before you add it with the new " +
    "branch"
  );
}

function outputBranchOf({ spec = null }: ValueMap): Value {
  const plain = plainSpec(spec);
  if (isUnknown(plain)) return UNKNOWN;
  return known(member(plain, "outputBranch"), DEFAULT_BRANCH);
}

/** Whether create and update wait until the pipeline is ready. */
export function awaitsReady(inputs: ValueMap): boolean {
  return reveal(inputs.awaitReady ?? null) !== false;
}

function mapOf(value: Value | undefined): ValueMap {
  const map = isMap(value) ? value : reveal(value ?? null);
  return isMap(map) ? map : {};
}

/** A property; unknown if the object is unknown, null if it is not set. */
function member(value: Value, key: string): Value {
  if (isUnknown(value)) return UNKNOWN;
  return isMap(value) ? (value[key] ?? null) : null;
}

function known(value: Value, fallback: string): string | Unknown {
  if (isUnknown(value)) return UNKNOWN;
  return typeof value === "string" && value !== "" ? value : fallback;
}

function text(value: string | Unknown): string {
  return isUnknown(value) ? "" : value;
}
