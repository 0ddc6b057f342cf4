import type { Work } from "../call";
import { branchKey, type PipelineName, pipelineKey, repoView } from "../names";
import { moveHead } from "../pfs/branch-records";
import { outputBranchOf, readersOf } from "../pfs/provenance";
import { notFound, required } from "../rpc-error";
import type { JobRecord, JobState, PipelineRecord } from "../store/records";
import { type Phase, phaseAt, replan, type Timeline, timestamp } from "../timeline";

const TERMINAL: readonly JobState[] = ["JOB_SUCCESS", "JOB_KILLED"];

export const isUnfinished = (job: JobRecord, now: number) =>
  !TERMINAL.includes(phaseAt(job.timeline, now).state);

/** The pipeline's jobs, of all its versions, the oldest first. */
export function jobsOf(work: Work, pipeline: string): JobRecord[] {
  const ids = work.db.pipelines.get(pipeline)?.jobs ?? [];
  return ids.flatMap((id) => work.db.jobs.get(`${pipeline}@${id}`) ?? []);
}

/** Something new on these branches: jobs in all that read them, and in what reads those. */
export function propagate(work: Work, branches: readonly string[], id: string): void {
  // a Set is iterated in the order of insertion, additions included, and takes each branch once:
  // a graph with a cycle, which is refused only at the end of the transaction, ends, too
  const reached = new Set(branches);
  for (const branch of reached)
    for (const reader of readersOf(work, branch)) {
      const key = `${reader.project}/${reader.name}`;
      addJob(work, key, id);
      reached.add(branchKey(key, outputBranchOf(work, reader)));
    }
}

/** Makes the job `id` of a pipeline, unless it is there. */
export function addJob(work: Work, key: string, id: string): void {
  const pipeline = work.db.pipelines.get(key);
  if (pipeline === undefined || pipeline.jobs.includes(id)) return;
  work.db.pipelines.put(key, { ...pipeline, jobs: [...pipeline.jobs, id] });
  moveHead(work, key, outputBranchOf(work, pipeline), id);
  work.db.jobs.put(`${key}@${id}`, {
    project: pipeline.project,
    pipeline: pipeline.name,
    id,
    pipelineVersion: pipeline.version,
    outputBranch: outputBranchOf(work, pipeline),
    timeline: plan(work, pipeline, id),
  });
}

/** A job runs once its pipeline does and what is upstream of it in the same commit set is done. */
function plan(work: Work, pipeline: PipelineRecord, id: string): Timeline<JobState> {
  const created: Phase<JobState> = { at: work.now, state: "JOB_CREATED" };
  const settled = pipeline.timeline.at(-1) ?? pipeline.timeline[0];
  const ready = Math.max(work.now, settled.at);
  if (settled.state === "PIPELINE_FAILURE")
    return [created, { at: ready, state: "JOB_KILLED", reason: settled.reason ?? "" }];
  if (settled.state !== "PIPELINE_RUNNING") return [created];
  const upstream = pipeline.provenance.flatMap((branch) => {
    const repo = branch.slice(0, branch.lastIndexOf("@"));
    return work.db.jobs.get(`${repo}@${id}`)?.timeline.at(-1)?.at ?? [];
  });
  const { workersMs, jobStartMs, jobMs } = work.settings.delays;
  const start = Math.max(ready + workersMs, ...upstream) + jobStartMs;
  return [
    created,
    { at: start, state: "JOB_STARTING" },
    { at: start + jobMs / 10, state: "JOB_RUNNING" },
    { at: start + jobMs, state: "JOB_SUCCESS" },
  ];
}

/** The reason of jobs that end because the caller changed their pipeline. */
export const killedBy = (work: Work, cause: "updated" | "stopped") =>
  `all jobs killed because pipeline was ${cause} for user ${work.subject || "unknown_username"}`;

/** Ends what the pipeline has not finished. */
export function killJobs(work: Work, pipeline: string, reason: string): void {
  for (const job of jobsOf(work, pipeline)) {
    if (!isUnfinished(job, work.now)) continue;
    const timeline = replan(job.timeline, work.now, { at: work.now, state: "JOB_KILLED", reason });
    work.db.jobs.put(`${pipeline}@${job.id}`, { ...job, timeline });
  }
}

export interface ListJobRequest {
  readonly projects: readonly { readonly name: string }[];
  readonly pipeline: PipelineName | null;
  /** How many versions of the pipelines before the current one; -1: all. */
  readonly history: string;
}

/** The newest first. */
export function listJobs(work: Work, request: ListJobRequest): object[] {
  if (request.pipeline !== null) {
    const key = pipelineKey(request.pipeline);
    if (!work.db.pipelines.has(key)) throw notFound(`pipeline "${key}" not found`);
  }
  const projects = request.projects.map(({ name }) => name);
  return work.db.pipelines
    .entries()
    .filter(([key]) => request.pipeline === null || key === pipelineKey(request.pipeline))
    .filter(([, { project }]) => projects.length === 0 || projects.includes(project))
    .flatMap(([key, { version }]) => {
      const oldest = request.history === "-1" ? 0 : version - Number(request.history);
      return jobsOf(work, key)
        .filter(({ pipelineVersion }) => pipelineVersion >= oldest)
        .reverse();
    })
    .sort((one, other) => other.timeline[0].at - one.timeline[0].at)
    .map((job) => jobView(job, work.now));
}

export interface InspectJobRequest {
  readonly job: { readonly pipeline: PipelineName | null; readonly id: string } | null;
}

export function inspectJob(work: Work, request: InspectJobRequest): object {
  const { pipeline, id } = required(request.job, "InspectJobRequest.Job");
  const key = `${pipelineKey(required(pipeline, "Job.Pipeline"))}@${id}`;
  const job = work.db.jobs.get(key);
  if (job === undefined) throw notFound(`jobs ${key} not found`);
  return jobView(job, work.now);
}

function jobView(job: JobRecord, now: number): object {
  const past = job.timeline.filter(({ at }) => at <= now);
  const started = past.find(({ state }) => state !== "JOB_CREATED");
  const finished = past.find(({ state }) => TERMINAL.includes(state));
  const { state, reason } = phaseAt(job.timeline, now);
  const repo = repoView({ project: job.project, name: job.pipeline, type: "user" });
  return {
    job: { pipeline: { project: { name: job.project }, name: job.pipeline }, id: job.id },
    pipelineVersion: String(job.pipelineVersion),
    outputCommit: { repo, id: job.id, branch: { repo, name: job.outputBranch } },
    restart: "0",
    dataProcessed: "0",
    dataSkipped: "0",
    dataTotal: "0",
    dataFailed: "0",
    dataRecovered: "0",
    stats: {
      downloadTime: null,
      processTime: null,
      uploadTime: null,
      downloadBytes: "0",
      uploadBytes: "0",
    },
    state,
    reason: reason ?? "",
    created: timestamp(job.timeline[0].at),
    started: started === undefined ? null : timestamp(started.at),
    finished: finished === undefined ? null : timestamp(finished.at),
    details: null,
    authToken: "",
  };
}
