/** The parts of a pipeline's `input` that read something, at any depth. */
import { isMap } from "../../kit/values";

/** A branch of a repo, or a schedule, which has its own repo. */
export interface InputLeaf {
  readonly kind: "pfs" | "cron";
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The leaves of an input, in order. */
export function inputLeaves(input: unknown): InputLeaf[] {
  const leaves: InputLeaf[] = [];
  mapInputLeaves(input, (leaf) => {
    leaves.push(leaf);
    return leaf.fields;
  });
  return leaves;
}

/** The input with its leaves' fields replaced. Everything else stays unchanged. */
export function mapInputLeaves(
  input: unknown,
  change: (leaf: InputLeaf) => Readonly<Record<string, unknown>>,
): unknown {
  if (!isMap(input)) return input;
  return Object.fromEntries(
    Object.entries(input).map(([key, value]: [string, unknown]) => {
      if ((key === "pfs" || key === "cron") && isMap(value))
        return [key, change({ kind: key, fields: value })];
      return [
        key,
        Array.isArray(value) ? value.map((part) => mapInputLeaves(part, change)) : value,
      ];
    }),
  );
}

/** The repo that an input of a pipeline in a project reads, unless it is in another project. */
export function repoRead({ kind, fields }: InputLeaf, project: string): string | undefined {
  if (kind !== "pfs" || typeof fields.repo !== "string") return undefined;
  return (fields.project || project) === project ? fields.repo : undefined;
}

/** The repo that Pachyderm creates for the ticks of a schedule. */
export function cronRepo(
  pipeline: string,
  { name, repo }: Readonly<Record<string, unknown>>,
): string {
  return typeof repo === "string" && repo !== "" ? repo : `${pipeline}_${String(name)}`;
}
