import type { PropertyChange } from "../../kit/handler";
import { formatPath } from "../../kit/property-path";
import { containsUnknown, isMap, reveal, type Value, type ValueMap } from "../../kit/values";
import { canonicalSpec, equalValues, type SpecOptions } from "../spec/canonical";
import { DEFAULT_BRANCH } from "../spec/defaults";
import { specFieldName } from "../spec/fields";
import { categorizeInput, inputFieldCategory } from "./categorize-input";
import { type ChangeCategory, causesNoJob, highest, lower, rank } from "./category";
import { valueAt } from "./value-at";

/** A change to a pipeline's arguments, categorized by what it causes. */
export interface CategorizedChange {
  /** The highest category of its fields. */
  readonly category: ChangeCategory;
  readonly fields: readonly CategorizedField[];
  /** Why the category is higher than those of the fields, or uncertain. */
  readonly reason?: string;
}

export interface CategorizedField {
  /** The path as `pulumi preview` shows it. */
  readonly path: string;
  readonly category: ChangeCategory;
}

/** Arguments of the resource that are never sent to Pachyderm. */
export const SETTINGS = ["awaitReady", "keepRepoOnDelete", "forceDelete", "reprocessHint"] as const;

/**
 * What a change to each field of the spec causes. Only `input` is part of a datum's id, so a change
 * to any other field causes new pods and a job that skips every datum.
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
 * Categorizes a change to a pipeline's arguments. `changes` are those of the diff; if there are none,
 * the category is `none` or `settings`.
 */
export function categorizeChange(
  changes: readonly PropertyChange[],
  oldInputs: ValueMap,
  inputs: ValueMap,
  options: SpecOptions,
): CategorizedChange {
  const [before, after] = [oldInputs, inputs].map(({ spec = null }) => canonicalMap(spec, options));
  const input = categorizeInput(before?.input, after?.input);
  // a new pipeline can have values that an update cannot change
  const isReplaced = changes.some(({ replace }) => replace);
  const fields = [
    ...raised(
      changes.map((change) =>
        change.path[0] === "stopped"
          ? { path: "stopped", category: stoppedCategory(inputs) }
          : categorizeField(change, before ?? {}, after ?? {}, input),
      ),
      input,
    ).map((field) =>
      isReplaced ? { ...field, category: lower(field.category, "replaced") } : field,
    ),
    ...settingsOf(oldInputs, inputs),
  ];
  const category = highest(fields.map((field) => field.category));
  const certain = ["replaced", "refused"].includes(category);
  const runs = changes.length > 0 && !causesNoJob(category);
  const everyJob = runs && !certain ? processesEveryTime(after ?? {}) : undefined;
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

function stoppedCategory({ stopped = null }: ValueMap): ChangeCategory {
  return reveal(stopped) === true ? "stop" : "start";
}

/** Why every job of the pipeline processes every datum; undefined if it does not. */
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
      // the whole spec, or a field that this version of the provider does not know
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

/** Raises the fields inside the input to the category of the whole input, if none of them has it. */
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
  return outputBranch || DEFAULT_BRANCH;
}

function plain(value: Value | undefined): Value {
  return reveal(value ?? null);
}

function canonicalMap(spec: Value, options: SpecOptions): ValueMap {
  const canonical = canonicalSpec(spec, options);
  return isMap(canonical) ? canonical : {};
}
