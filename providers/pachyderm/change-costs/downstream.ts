/** Which pipelines of a server read which others, from their specs. */

import { isMap, type Value, type ValueMap } from "../../kit/values";
import { DEFAULT_BRANCH } from "../spec/defaults";
import { pfsInputs } from "./datums";
import { formatRef, type PipelineRef, type PipelineRow } from "./rows";

/** A pipeline that processes data because of changes upstream. */
export interface DownstreamPipeline {
  readonly ref: PipelineRef;
  /** Undefined if the token has no permission to read it: only a branch's subvenance names it. */
  readonly row?: PipelineRow;
  /** The changed pipelines that it reads, directly or indirectly; sorted. */
  readonly because: readonly string[];
  /** The changed or downstream pipelines that it reads directly; sorted. */
  readonly reads: readonly string[];
  readonly effects: readonly string[];
}

/** A branch as InspectBranch's `subvenance` names it. */
export interface BranchRow {
  readonly repo: {
    readonly name: string;
    readonly type: string;
    readonly project: { readonly name: string };
  };
  readonly name: string;
}

/** The pipelines of a server and the readers of their outputs. */
export class PipelineGraph {
  readonly #rows = new Map<string, PipelineRow>();
  /** The readers of each pipeline's output branch. */
  readonly #readers = new Map<string, Set<string>>();
  /** Pipelines that only the subvenance of a branch names. */
  readonly #hidden = new Map<string, PipelineRef>();

  constructor(pipelines: readonly PipelineRow[]) {
    for (const row of pipelines) this.#rows.set(formatRef(refOfRow(row)), row);
    for (const row of pipelines) {
      for (const pfs of pfsInputs(row.details?.input)) this.#addInput(refOfRow(row), pfs);
    }
  }

  pipeline(ref: PipelineRef): PipelineRow | undefined {
    return this.#rows.get(formatRef(ref));
  }

  /**
   * Adds the pipelines downstream of a pipeline's output branch that the specs do not show, because
   * the token has no permission to read their specs or those of pipelines in between. A subvenance
   * names each pipeline twice (`user` and `meta`), and omits stopped pipelines and everything
   * downstream of them.
   */
  addSubvenance(pipeline: PipelineRef, subvenance: readonly BranchRow[]): void {
    const origin = formatRef(pipeline);
    const known = new Set([origin, ...this.#reachable(origin)]);
    for (const { repo } of subvenance) {
      const ref = { project: repo.project.name, name: repo.name };
      const id = formatRef(ref);
      if (known.has(id)) continue;
      if (!this.#rows.has(id)) this.#hidden.set(id, ref);
      this.#addReader(origin, id);
    }
  }

  /** The pipelines with an input of any branch of a repo; sorted. */
  readersOf(repo: PipelineRef): PipelineRef[] {
    return this.#sortedRefs(
      [...this.#rows.values()].filter((row) =>
        pfsInputs(row.details?.input).some((pfs) => {
          const { project } = refOfRow(row);
          return formatRef(repoOf(pfs, project)) === formatRef(repo);
        }),
      ),
    );
  }

  /** The pipelines that process data when the changed ones do, each once, the nearest first. */
  downstreamOf(changed: readonly PipelineRef[]): DownstreamPipeline[] {
    const origins = new Set(changed.map(formatRef));
    const causes = new Map<string, Set<string>>();
    for (const origin of origins) {
      for (const reached of this.#reachable(origin)) {
        if (origins.has(reached)) continue;
        causes.set(reached, (causes.get(reached) ?? new Set()).add(origin));
      }
    }
    return [...causes].map(([id, because]) => {
      const row = this.#rows.get(id);
      const inside = (reader: string) => origins.has(reader) || causes.has(reader);
      const direct = [...this.#readers].filter(([from, to]) => inside(from) && to.has(id));
      return {
        ref: row === undefined ? (this.#hidden.get(id) ?? splitId(id)) : refOfRow(row),
        ...(row && { row }),
        because: [...because].sort(),
        reads: direct.map(([from]) => from).sort(),
        effects: row === undefined ? [] : effectsOf(row),
      };
    });
  }

  #addInput(reader: PipelineRef, pfs: ValueMap): void {
    const id = formatRef(repoOf(pfs, reader.project));
    const row = this.#rows.get(id);
    if (row === undefined) return;
    const output = row.details?.outputBranch || DEFAULT_BRANCH;
    if (branchesOf(pfs).includes(output)) this.#addReader(id, formatRef(reader));
  }

  #addReader(id: string, reader: string): void {
    this.#readers.set(id, (this.#readers.get(id) ?? new Set()).add(reader));
  }

  /** The pipelines downstream of a pipeline, the nearest first. */
  #reachable(origin: string): string[] {
    const found = new Set<string>([origin]);
    for (const id of found) for (const reader of this.#readers.get(id) ?? []) found.add(reader);
    found.delete(origin);
    return [...found];
  }

  #sortedRefs(rows: readonly PipelineRow[]): PipelineRef[] {
    const ids = new Map(rows.map((row) => [formatRef(refOfRow(row)), refOfRow(row)]));
    return [...ids].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ref]) => ref);
  }
}

/** What else happens whenever a pipeline runs a job. */
export function effectsOf({ details, stopped }: PipelineRow): string[] {
  const effects: string[] = [];
  if (stopped) effects.push("stopped: processes the data when it starts");
  const target = egressTarget(details?.egress);
  if (target !== undefined) effects.push(`egress to ${target} runs again`);
  if (isMap(details?.service)) effects.push("its service restarts with the new data");
  if (isMap(details?.spout)) effects.push("spout: does not process this data");
  return effects;
}

/** The target of an egress, without user, password or query. */
export function egressTarget(egress: ValueMap | null | undefined): string | undefined {
  if (!isMap(egress)) return undefined;
  const inner = [egress.objectStorage, egress.sqlDatabase].find(isMap);
  const url = inner?.url || egress.URL;
  if (typeof url !== "string" || url === "") return undefined;
  return url.replace(/\?.*$/, "").replace(/^([a-z0-9+.-]+:\/\/)[^/@]*@/i, "$1");
}

/** The branches that an input's data comes from: a trigger follows another branch. */
function branchesOf({ branch, trigger }: ValueMap): string[] {
  const own = typeof branch === "string" && branch !== "" ? branch : DEFAULT_BRANCH;
  if (!isMap(trigger)) return [own];
  const followed = typeof trigger.branch === "string" ? trigger.branch : "";
  return [own, followed || DEFAULT_BRANCH];
}

function repoOf({ project, repo }: ValueMap, fallback: string): PipelineRef {
  return { project: textOr(project, fallback), name: textOr(repo, "") };
}

function textOr(value: Value | undefined, fallback: string): string {
  return typeof value === "string" && value !== "" ? value : fallback;
}

function refOfRow({ pipeline }: PipelineRow): PipelineRef {
  return { project: pipeline.project.name, name: pipeline.name };
}

function splitId(id: string): PipelineRef {
  const [project = "", name = ""] = id.split("/");
  return { project, name };
}
