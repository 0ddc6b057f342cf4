import type { Work } from "../call";
import { branchKey } from "../names";
import { getBranch, hasBranch, moveHead } from "../pfs/branch-records";
import { outputBranchOf, readersOf } from "../pfs/provenance";
import type { JobRecord, JobState, PipelineRecord } from "../store/records";
import { phaseAt, replan } from "../timeline";
import { inputBranches, type PipelineSpec } from "./spec";

export const TERMINAL: ReadonlySet<JobState> = new Set([
  "JOB_SUCCESS",
  "JOB_FAILURE",
  "JOB_KILLED",
  "JOB_UNRUNNABLE",
]);

export const isUnfinished = (job: JobRecord, now: number) =>
  !TERMINAL.has(phaseAt(job.timeline, now).state);

/** Whether it still needs workers. */
export const isBusy = (job: JobRecord, now: number) =>
  isUnfinished(job, now) && phaseAt(job.timeline, now).state !== "JOB_FINISHING";

/** The pipeline's jobs of all versions, oldest first. */
export function jobsOf(work: Work, pipeline: string): JobRecord[] {
  const ids = work.db.pipelines.get(pipeline)?.jobs ?? [];
  return ids.flatMap((id) => work.db.jobs.get(`${pipeline}@${id}`) ?? []);
}

/** Creates jobs for new data on these branches, in all pipelines downstream. */
export function propagate(work: Work, branches: readonly string[], id: string): void {
  // a Set iterates in insertion order, including additions, and contains each branch once, so that
  // this also ends for a cyclic graph, which is refused only at the end of the transaction
  const reached = new Set(branches);
  for (const branch of reached)
    for (const reader of readersOf(work, branch)) {
      const key = `${reader.project}/${reader.name}`;
      addJob(work, key, id);
      reached.add(branchKey(key, outputBranchOf(work, reader)));
    }
}

/** Creates the job `id` of a pipeline with the commit that it writes, unless it exists. */
export function addJob(work: Work, key: string, id: string): void {
  const pipeline = work.db.pipelines.get(key);
  if (pipeline === undefined || pipeline.jobs.includes(id)) return;
  const branch = outputBranchOf(work, pipeline);
  const parent = pipeline.jobs.at(-1) ?? null;
  work.db.pipelines.put(key, { ...pipeline, jobs: [...pipeline.jobs, id] });
  work.db.commits.put(`${key}@${id}`, {
    repo: key,
    branch,
    id,
    finished: false,
    parent,
    startedAt: work.now,
    sources: sourcesOf(work, pipeline),
  });
  for (const repo of [key, `${key}.meta`]) moveHead(work, repo, branch, id);
  work.db.jobs.put(`${key}@${id}`, {
    project: pipeline.project,
    pipeline: pipeline.name,
    id,
    pipelineVersion: pipeline.version,
    outputBranch: branch,
    timeline: [{ at: work.now, state: "JOB_CREATED" }],
  });
}

/**
 * The heads of the branches that a job reads, and of its spec. A branch that a forced delete
 * removed is listed without a commit: the job waits for it indefinitely.
 */
function sourcesOf(work: Work, pipeline: PipelineRecord): Readonly<Record<string, string>> {
  const key = `${pipeline.project}/${pipeline.name}`;
  const version = work.db.pipelineVersions.get(`${key}@${pipeline.version}`);
  const branches = inputBranches((version?.spec ?? {}) as PipelineSpec);
  const heads = branches.map((branch): [string, string] => {
    const at = branch.lastIndexOf("@");
    const [repo, name] = [branch.slice(0, at), branch.slice(at + 1)];
    return [branch, hasBranch(work, repo, name) ? getBranch(work, repo, name).head : ""];
  });
  return Object.fromEntries([...heads, [`${key}.spec@master`, version?.specCommit ?? ""]]);
}

/** The reason of jobs that are killed because the caller changed their pipeline. */
export const killedBy = (work: Work, cause: "updated" | "stopped") =>
  `all jobs killed because pipeline was ${cause} for user ${work.subject || "unknown_username"}`;

/** Kills the pipeline's unfinished jobs. */
export function killJobs(work: Work, pipeline: string, reason: string): void {
  for (const job of jobsOf(work, pipeline))
    if (isUnfinished(job, work.now)) endJob(work, job, "JOB_KILLED", reason);
}

/** Immediately ends a job without success, together with the commit that it would have written. */
export function endJob(work: Work, job: JobRecord, state: JobState, reason: string): void {
  const key = `${job.project}/${job.pipeline}@${job.id}`;
  const at = work.now;
  const timeline = replan(job.timeline, at, { at, state, reason });
  const run = job.run && { ...job.run, metaIsGood: false };
  work.db.jobs.put(key, { ...job, timeline, ...(run && { run }) });
  const commit = work.db.commits.get(key);
  if (commit === undefined) return;
  const { files: _, ...rest } = commit;
  const ended = { finished: true, finishingAt: at, finishedAt: at, error: reason };
  work.db.commits.put(key, { ...rest, ...ended });
}
