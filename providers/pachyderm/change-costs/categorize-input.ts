/**
 * What a change to the input causes. If the ids of all datums change, everything is processed again;
 * otherwise only the datums that the old input does not have.
 */
import type { PropertyPath } from "../../kit/property-path";
import { isMap, isUnknown, type Value, type ValueMap } from "../../kit/values";
import { equalValues } from "../spec/canonical";
import { fieldName, type MessageName } from "../spec/fields";
import { type ChangeCategory, highest } from "./category";
import { relateDatums } from "./datum-keys";

/** What a change to each field of a pfs input causes; for a glob, that depends on the values. */
export const PFS_FIELDS: Readonly<Record<string, ChangeCategory | "by value">> = {
  repo: "rekeyed",
  // another repo with the same name: the ids do not change, so the files decide
  project: "difference",
  repoType: "difference",
  name: "rekeyed",
  glob: "by value",
  branch: "rekeyed",
  joinOn: "difference",
  outerJoin: "difference",
  groupBy: "difference",
  lazy: "restart",
  emptyFiles: "restart",
  s3: "restart",
  // without `branch`, Pachyderm generates the name of the trigger's branch: see categorizeTrigger
  trigger: "by value",
  reference: "rekeyed",
  propagationSpec: "restart",
};

/** What a change to each field of a cron input causes. */
export const CRON_FIELDS: Readonly<Record<string, ChangeCategory>> = {
  name: "rekeyed",
  repo: "rekeyed",
  project: "rekeyed",
  spec: "restart",
  overwrite: "restart",
  // adds or drops ticks since that time
  start: "difference",
};

/** What a change to a whole input, in canonical form, causes. */
export function categorizeInput(
  before: Value | undefined,
  after: Value | undefined,
): ChangeCategory {
  const [old, next] = [before ?? null, after ?? null];
  if (equalValues(old, next)) return "none";
  const relation = relateDatums(old, next);
  if (relation === "disjoint") return "rekeyed";
  return relation === "same" ? "restart" : "difference";
}

/** What a change at a path inside the input may cause on its own. */
export function inputFieldCategory(
  path: PropertyPath,
  before: Value | undefined,
  after: Value | undefined,
): ChangeCategory {
  let message: MessageName = "Input";
  let [old, next]: (Value | undefined)[] = [before, after];
  for (const step of path) {
    if (typeof step === "number") {
      [old, next] = [at(old, step), at(next, step)];
      continue;
    }
    const name = fieldName(message, step) ?? step;
    if (message === "PfsInput") return categorizePfs(pick(old, name), pick(next, name));
    if (message === "CronInput") return CRON_FIELDS[name] ?? "rekeyed";
    [old, next] = [field(old, name), field(next, name)];
    if (name === "pfs") message = "PfsInput";
    if (name === "cron") message = "CronInput";
  }
  return categorizeInput(old, next);
}

/** A trigger depends on `branch`, whose name is generated if it is missing. */
function pick(pfs: Value | undefined, name: string): ValueMap {
  const names = name === "trigger" ? ["trigger", "branch"] : [name];
  return Object.fromEntries(
    names.flatMap((key) => {
      const value = field(pfs, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

function categorizePfs(old: ValueMap, next: ValueMap): ChangeCategory {
  const names = [...new Set([...Object.keys(old), ...Object.keys(next)])];
  const changed = names.filter((name) => !equalValues(old[name] ?? null, next[name] ?? null));
  return highest(
    changed.map((name) => {
      if (name === "glob") return categorizeGlob(old.glob, next.glob);
      if (name === "trigger") return categorizeTrigger(old, next);
      const category = PFS_FIELDS[name];
      return category === undefined || category === "by value" ? "rekeyed" : category;
    }),
  );
}

/**
 * A changed trigger keeps its branch, even a generated one. Adding or removing a trigger without
 * `branch` also adds or removes the generated branch.
 */
function categorizeTrigger(old: ValueMap, next: ValueMap): ChangeCategory {
  const bothTriggers = isMap(old.trigger) && isMap(next.trigger);
  const ownBranches = [old, next].filter(hasOwnBranch).length;
  return ownBranches === 2 || (bothTriggers && ownBranches === 0) ? "restart" : "rekeyed";
}

function hasOwnBranch({ branch }: ValueMap): boolean {
  return typeof branch === "string" && branch !== "";
}

/** `/` is one datum of everything, with a path that no other glob produces. */
function categorizeGlob(old: Value | undefined, next: Value | undefined): ChangeCategory {
  if (isUnknown(old) || isUnknown(next)) return "rekeyed";
  return old === "/" || next === "/" ? "rekeyed" : "difference";
}

function field(value: Value | undefined, name: string): Value | undefined {
  return isMap(value) ? value[name] : undefined;
}

function at(value: Value | undefined, index: number): Value | undefined {
  return Array.isArray(value) ? value[index] : undefined;
}
