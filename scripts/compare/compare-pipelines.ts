import { lstatSync } from "node:fs";
import { readUserFile } from "../../command-line/read-user-file";
import { isMap, type Value } from "../../providers/kit/values";
import {
  type CategorizedChange,
  compareSpecs,
  formatProblem,
  specShapeProblems,
} from "../../providers/pachyderm/client";
import { DEFAULT_PROJECT } from "../../providers/pachyderm/rules";
import { cut, visible } from "../markdown/escape";

/** A pipeline that differs between two sets of specs. */
export interface ChangedPipeline {
  /** `project/name`. */
  readonly key: string;
  readonly change: "created" | "deleted" | CategorizedChange;
}

/** The maximum size of a set of specs, in bytes: untrusted input must not exhaust the memory. */
const LARGEST = 2_000_000;
const MOST_PIPELINES = 1_000;

const LONGEST_PROBLEM = 300;

/**
 * Reads a file with the output of `npm run render`. The file is untrusted: links, devices and large
 * files are refused.
 */
export function readSpecsFile(file: string): Map<string, Value> {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile() && !found.isDirectory()) {
    throw new Error(`${file} is not a regular file`);
  }
  if (found !== undefined && found.size > LARGEST) {
    throw new Error(
      `${file} is too large: it has ${found.size} bytes, but at most ${LARGEST} are allowed`,
    );
  }
  return readSpecs(readUserFile(file).toString("utf8"), file);
}

/** Reads the output of `npm run render`, which is untrusted. */
export function readSpecs(json: string, what: string): Map<string, Value> {
  let specs: unknown;
  try {
    specs = JSON.parse(json);
  } catch {
    throw new Error(`${what} is not valid JSON`);
  }
  if (!Array.isArray(specs) || specs.length > MOST_PIPELINES) {
    throw new Error(`${what}: expected a list of at most ${MOST_PIPELINES} pipelines`);
  }
  const found = new Map<string, Value>();
  for (const [index, spec] of specs.entries()) {
    const key = keyOf(spec, `${what}[${index}]`);
    if (found.has(key)) throw new Error(`${what}: duplicate pipeline ${shown(key)}`);
    found.set(key, spec as Value);
  }
  return found;
}

/** Untrusted text on one line, in which neither a reader nor GitHub's runner finds a command. */
const shown = (text: string) =>
  JSON.stringify(visible(cut(text, LONGEST_PROBLEM))).replaceAll("##[", "## [");

function keyOf(spec: unknown, what: string): string {
  const [problem] = isMap(spec) ? specShapeProblems(spec as Value) : [];
  if (problem !== undefined) {
    throw new Error(`${what} is not a valid spec: ${shown(formatProblem(problem))}`);
  }
  const pipeline = isMap(spec) ? spec.pipeline : undefined;
  if (!isMap(pipeline) || typeof pipeline.name !== "string") {
    throw new Error(`${what} is not a pipeline spec: pipeline.name is required`);
  }
  const { project } = pipeline;
  return `${isMap(project) && typeof project.name === "string" ? project.name : DEFAULT_PROJECT}/${pipeline.name}`;
}

/** The pipelines that change from one set of specs to another, with the effect of each change. */
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
