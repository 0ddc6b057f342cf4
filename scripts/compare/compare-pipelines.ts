import { isMap, type Value } from "../../providers/kit/values";
import { type CategorizedChange, compareSpecs } from "../../providers/pachyderm/client";

/** A pipeline that is not the same in both sets of specs. */
export interface ChangedPipeline {
  /** `project/name`. */
  readonly key: string;
  readonly change: "created" | "deleted" | CategorizedChange;
}

/** The largest set of specs that is read: what others wrote must not fill the memory. */
const LARGEST = 2_000_000;
const MOST_PIPELINES = 1_000;

/** Reads the output of `npm run render`, which others may have written. */
export function readSpecs(json: string, what: string): Map<string, Value> {
  if (json.length > LARGEST) {
    throw new Error(`${what}: ${json.length} characters, at most ${LARGEST} are read`);
  }
  let specs: unknown;
  try {
    specs = JSON.parse(json);
  } catch {
    throw new Error(`${what}: is not valid JSON`);
  }
  if (!Array.isArray(specs) || specs.length > MOST_PIPELINES) {
    throw new Error(`${what}: expected a list of at most ${MOST_PIPELINES} pipelines`);
  }
  return new Map(
    specs.map((spec: unknown, index) => [keyOf(spec, `${what}[${index}]`), spec as Value]),
  );
}

function keyOf(spec: unknown, what: string): string {
  const pipeline = isMap(spec) ? spec.pipeline : undefined;
  if (!isMap(pipeline) || typeof pipeline.name !== "string") {
    throw new Error(`${what}: expected a pipeline's spec with pipeline.name`);
  }
  const { project } = pipeline;
  return `${isMap(project) && typeof project.name === "string" ? project.name : "default"}/${pipeline.name}`;
}

/** The pipelines that change from one set of specs to the other, by what that causes. */
export function comparePipelines(
  base: ReadonlyMap<string, Value>,
  head: ReadonlyMap<string, Value>,
): ChangedPipeline[] {
  const keys = [...new Set([...base.keys(), ...head.keys()])].sort();
  return keys.flatMap((key): ChangedPipeline[] => {
    const [before, after] = [base.get(key), head.get(key)];
    if (after === undefined) return [{ key, change: "deleted" }];
    if (before === undefined) return [{ key, change: "created" }];
    const change = compareSpecs(before, after, { project: key.slice(0, key.indexOf("/")) });
    return change.category === "none" ? [] : [{ key, change }];
  });
}
