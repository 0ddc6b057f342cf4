import type { PropertyChange } from "../../kit/handler";
import { formatPath } from "../../kit/property-path";
import { containsUnknown, isMap, reveal, type Value, type ValueMap } from "../../kit/values";
import { canonicalSpec, equalValues, type SpecOptions } from "../spec/canonical";
import { specFieldName } from "../spec/fields";
import { categorizeInput, inputFieldCategory } from "./categorize-input";
import { type ChangeCategory, highest, lower, rank } from "./category";

/** A change of a pipeline's arguments, sorted by what it causes. */
export interface CategorizedChange {
  /** The highest of its fields'. */
  readonly category: ChangeCategory;
  readonly fields: readonly CategorizedField[];
  /** Why it is more than its fields say, or not certain. */
  readonly reason?: string;
}

export interface CategorizedField {
  /** As `pulumi preview` shows it. */
  readonly path: string;
  readonly category: ChangeCategory;
}

/** Arguments of the resource that Pachyderm never sees. */
export const SETTINGS = ["awaitReady", "keepRepoOnDelete", "forceDelete", "reprocessHint"] as const;

/**
 * What a change of each field of the spec causes. All but `input` are outside of a datum's id, so
 * that a change makes new pods and a job that skips every datum.
 */
export const SPEC_FIELDS: Readonly<Record<string, ChangeCategory | "by value">> = {
  pipeline: "restart",
  description: "restart",
  transform: "restart",
  input: "by value",
  parallelismSpec: "restart",
  reprocessSpec: "by value",
  outputBranch: "by value",
  s3Out: "by value",
  egress: "restart",
  resourceRequests: "restart",
  resourceLimits: "restart",
  sidecarResourceRequests: "restart",
  sidecarResourceLimits: "restart",
  datumSetSpec: "restart",
  datumTimeout: "restart",
  datumTries: "restart",
  jobTimeout: "restart",
  autoscaling: "restart",
  maximumExpectedUptime: "restart",
  service: "restart",
  spout: "restart",
  schedulingSpec: "restart",
  tolerations: "restart",
  metadata: "restart",
  podSpec: "restart",
  podPatch: "restart",
  salt: "restart",
  determined: "restart",
};

/**
 * Sorts a change of a pipeline's arguments. `changes` are those that the diff shows, so that no
 * change there is `none` here, or `settings` at most.
 */
export function categorizeChange(
  changes: readonly PropertyChange[],
  oldInputs: ValueMap,
  inputs: ValueMap,
  options: SpecOptions,
): CategorizedChange {
  const [before, after] = [oldInputs, inputs].map(({ spec = null }) => canonicalMap(spec, options));
  const input = categorizeInput(before?.input, after?.input);
  // of a new pipeline nothing is refused that the old one could not change
  const isReplaced = changes.some(({ replace }) => replace);
  const fields = [
    ...raised(
      changes.map((change) => categorizeField(change, before ?? {}, after ?? {}, input)),
      input,
    ).map((field) =>
      isReplaced ? { ...field, category: lower(field.category, "replaced") } : field,
    ),
    ...settingsOf(oldInputs, inputs),
  ];
  const category = highest(fields.map((field) => field.category));
  const certain = ["replaced", "refused"].includes(category);
  const everyJob = changes.length > 0 && !certain ? processesEveryTime(after ?? {}) : undefined;
  if (everyJob !== undefined && rank(category) < rank("rekeyed")) {
    return { category: "rekeyed", fields, reason: everyJob };
  }
  const unknown = changes.some(({ path }) => containsUnknown(valueAt(inputs, path)));
  return {
    category,
    fields,
    ...(unknown && !certain && { reason: "a value is known only after the update" }),
  };
}

/** Why every job of the pipeline processes every datum, if so. */
export function processesEveryTime(spec: ValueMap): string | undefined {
  if (spec.reprocessSpec === "every_job") {
    return "reprocessSpec every_job: every job processes every datum";
  }
  return spec.s3Out === true ? "s3Out: every job processes every datum" : undefined;
}

function categorizeField(
  { path, replace }: PropertyChange,
  before: ValueMap,
  after: ValueMap,
  input: ChangeCategory,
): CategorizedField {
  const categorized = (category: ChangeCategory) => ({ path: formatPath(path), category });
  if (replace) return categorized("replaced");
  if (path[0] === "reprocess") return categorized("reprocess");
  if (path[0] !== "spec") return categorized("restart");
  const name = specFieldName(String(path[1] ?? ""));
  switch (name) {
    case undefined:
      // the whole spec, or what this version of the provider does not know
      return categorized(path.length === 1 ? highest(["restart", input]) : "restart");
    case "input":
      return categorized(
        lower(inputFieldCategory(path.slice(2), before.input, after.input), input),
      );
    case "reprocessSpec":
      return categorized(after.reprocessSpec === "every_job" ? "rekeyed" : "restart");
    case "outputBranch":
      return categorized(branchOf(before) === branchOf(after) ? "restart" : "refused");
    case "s3Out":
      return categorized(after.s3Out === true ? "rekeyed" : "restart");
    default: {
      const category = SPEC_FIELDS[name];
      return categorized(category === undefined || category === "by value" ? "restart" : category);
    }
  }
}

/** Fields inside the input, none of which alone shows what they cause together, show that. */
function raised(fields: readonly CategorizedField[], input: ChangeCategory): CategorizedField[] {
  const inside = ({ path }: CategorizedField) => /^spec\.input\b/.test(path);
  const shown = highest(fields.filter(inside).map(({ category }) => category));
  if (rank(shown) >= rank(input)) return [...fields];
  return fields.map((field) => (inside(field) ? { ...field, category: input } : field));
}

function settingsOf(oldInputs: ValueMap, inputs: ValueMap): CategorizedField[] {
  const changed = SETTINGS.filter(
    (name) => !equalValues(plain(oldInputs[name]), plain(inputs[name])),
  );
  return changed.map((path) => ({ path, category: "settings" }));
}

function branchOf({ outputBranch }: ValueMap): Value {
  return outputBranch || "master";
}

function plain(value: Value | undefined): Value {
  return reveal(value ?? null);
}

function canonicalMap(spec: Value, options: SpecOptions): ValueMap {
  const canonical = canonicalSpec(spec, options);
  return isMap(canonical) ? canonical : {};
}

function valueAt(inputs: ValueMap, path: readonly (string | number)[]): Value {
  let value: Value = inputs;
  for (const step of path) {
    const inside: Value = reveal(value);
    if (Array.isArray(inside)) value = inside[Number(step)] ?? null;
    else if (isMap(inside)) value = inside[step] ?? null;
    else return inside;
  }
  return value;
}
