import { isMap, type Value, type ValueMap } from "../../../kit/values";
import { canonicalSpec } from "../../spec/canonical";
import type { ObjectRef } from "../api/api";

/** The repos that a pipeline uses besides its output repo. */
export interface InputRepos {
  readonly reads: readonly ObjectRef[];
  /** The repos of its cron inputs. */
  readonly makes: readonly ObjectRef[];
}

/** The repos of the inputs of a spec that is fully known. */
export function inputRepos(spec: Value, { project }: ObjectRef): InputRepos {
  const canonical = canonicalSpec(spec, { project });
  const input = isMap(canonical) && isMap(canonical.input) ? canonical.input : {};
  return { reads: reposOf("pfs", input), makes: reposOf("cron", input) };
}

function reposOf(kind: "pfs" | "cron", input: ValueMap): ObjectRef[] {
  return Object.entries(input).flatMap(([key, value]) => {
    if (Array.isArray(value)) return value.filter(isMap).flatMap((child) => reposOf(kind, child));
    if (key !== kind || !isMap(value)) return [];
    const { project, repo } = value;
    return typeof project === "string" && typeof repo === "string" ? [{ project, name: repo }] : [];
  });
}
