import type { Work } from "../call";
import { branchKey } from "../names";
import { Code, panic, RpcError, refusal } from "../rpc-error";
import type { PipelineRecord } from "../store/records";

/** The pipelines that read a branch, in the order of their creation. */
export function readersOf(work: Work, branch: string): PipelineRecord[] {
  return work.db.pipelines.values().filter(({ provenance }) => provenance.includes(branch));
}

/** The branch that a pipeline writes. */
export function outputBranchOf(work: Work, pipeline: PipelineRecord): string {
  const key = `${pipeline.project}/${pipeline.name}`;
  const spec = work.db.pipelineVersions.get(`${key}@${pipeline.version}`)?.spec;
  return String(spec?.outputBranch ?? "master");
}

/**
 * The direct provenance of a branch: for a pipeline's output and meta branch, its inputs and its
 * spec, unless it is stopped.
 */
export function directProvenance(work: Work, branch: string): readonly string[] {
  const at = branch.lastIndexOf("@");
  const key = branch.slice(0, at).replace(/\.meta$/, "");
  const pipeline = work.db.pipelines.get(key);
  if (pipeline === undefined || pipeline.stopped) return [];
  const output = outputBranchOf(work, pipeline);
  if (branch.slice(at + 1) !== output) return [];
  return [...pipeline.provenance, `${key}.spec@master`];
}

/** The full provenance of a branch, direct and indirect. */
export function provenanceOf(work: Work, branch: string): string[] {
  const found = new Set(directProvenance(work, branch));
  for (const other of found) for (const next of directProvenance(work, other)) found.add(next);
  return [...found];
}

/** The output and meta branches of all pipelines downstream of a branch. */
export function subvenanceOf(work: Work, branch: string): string[] {
  return work.db.pipelines.entries().flatMap(([key, pipeline]) => {
    const output = outputBranchOf(work, pipeline);
    return [branchKey(key, output), branchKey(`${key}.meta`, output)].filter((other) =>
      provenanceOf(work, other).includes(branch),
    );
  });
}

/** @throws RpcError if a pipeline reads the branch. */
export function refuseIfRead(work: Work, repo: string, name: string): void {
  const branch = branchKey(repo, name);
  const readers = readersOf(work, branch).flatMap((reader) => {
    const output = outputBranchOf(work, reader);
    const key = `${reader.project}/${reader.name}`;
    return [branchKey(key, output), branchKey(`${key}.meta`, output)];
  });
  if (readers.length > 0)
    throw refusal(
      `branch "${branch}" cannot be deleted because it's in the direct provenance of [${readers.join(" ")}]`,
    );
}

/** Removes a branch that will be deleted from the provenance of its readers. */
export function detach(work: Work, repo: string, name: string): void {
  const branch = branchKey(repo, name);
  for (const reader of readersOf(work, branch))
    work.db.pipelines.put(`${reader.project}/${reader.name}`, {
      ...reader,
      provenance: reader.provenance.filter((other) => other !== branch),
    });
}

/** The checks of pachd at the end of every transaction, for the pipelines that it changed. */
export function validateGraph(work: Work): void {
  for (const [key, pipeline] of work.db.pipelines.changes)
    if (pipeline !== undefined) validatePipelineGraph(work, key, pipeline);
}

function validatePipelineGraph(work: Work, key: string, pipeline: PipelineRecord): void {
  const branchOf = new Map<string, string>();
  const pending = [...pipeline.provenance];
  for (let branch = pending.pop(); branch !== undefined; branch = pending.pop()) {
    const repo = branch.slice(0, branch.lastIndexOf("@"));
    if (repo === key)
      throw new RpcError(
        Code.Internal,
        `validate DAG at end of transaction: cycle detected because branch ${branch} is in its own provenance`,
      );
    const known = branchOf.get(repo);
    if (known === branch) continue;
    if (known !== undefined) {
      // 2.12 dereferences nil here instead of reporting an error
      if (work.settings.version.minor >= 12) throw panic();
      throw refusal(
        `validate DAG at end of transaction: multiple branches from the same repo, "${repo}", cannot participate in a DAG`,
      );
    }
    branchOf.set(repo, branch);
    pending.push(...(work.db.pipelines.get(repo)?.provenance ?? []));
  }
}
