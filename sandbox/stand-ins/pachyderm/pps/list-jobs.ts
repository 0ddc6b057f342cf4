import { setTimeout as sleep } from "node:timers/promises";
import type { Call, Work } from "../call";
import { type PipelineName, pipelineKey } from "../names";
import type { CommitName } from "../pfs/branches";
import { keyOf } from "../pfs/repo-records";
import { notFound, required } from "../rpc-error";
import type { JobRecord } from "../store/records";
import { jobView } from "./job-view";
import { endJob, isUnfinished, jobsOf } from "./jobs";
import { compileFilter } from "./jq";

export interface ListJobRequest {
  readonly projects: readonly { readonly name: string }[];
  readonly pipeline: PipelineName | null;
  /** How many versions of the pipelines before the current one; -1: all. */
  readonly history: string;
  readonly details: boolean;
  readonly jqFilter: string;
  readonly inputCommit: readonly CommitName[];
  /** Excludes jobs that were created at this time or later (`reverse`: earlier). */
  readonly paginationMarker: string;
  /** The maximum number; 0: all. */
  readonly number: string;
  readonly reverse: boolean;
}

export interface JobName {
  readonly pipeline: PipelineName | null;
  readonly id: string;
}

export interface InspectJobRequest {
  readonly job: JobName | null;
  readonly details: boolean;
  /** The response waits until the job has ended, which may never happen. */
  readonly wait: boolean;
}

/** The newest first. */
export function listJobs(work: Work, request: ListJobRequest): object[] {
  if (request.pipeline !== null) {
    const key = pipelineKey(request.pipeline);
    if (!work.db.pipelines.has(key)) throw notFound(`pipeline "${key}" not found`);
  }
  const filter = request.jqFilter === "" ? () => true : compileFilter(request.jqFilter);
  const marker = Date.parse(request.paginationMarker || "");
  const jobs = candidates(work, request)
    .sort(byNewest)
    .filter((job) => readsOneOf(work, job, request.inputCommit));
  if (request.reverse) jobs.reverse();
  const page = jobs.filter(({ timeline: [{ at }] }) =>
    Number.isNaN(marker) ? true : request.reverse ? at > marker : at < marker,
  );
  const views = page.map((job) => jobView(work, job, request.details)).filter(filter);
  return request.number === "0" ? views : views.slice(0, Number(request.number));
}

/** The jobs of one change by pipeline. */
function byNewest(one: JobRecord, other: JobRecord): number {
  const key = ({ project, pipeline }: JobRecord) => `${project}/${pipeline}`;
  const order = key(one) < key(other) ? -1 : 1;
  return other.timeline[0].at - one.timeline[0].at || (one.id === other.id ? order : 0);
}

function candidates(work: Work, { pipeline, projects, history }: ListJobRequest): JobRecord[] {
  const names = projects.map(({ name }) => name);
  return work.db.pipelines
    .entries()
    .filter(([key]) => pipeline === null || key === pipelineKey(pipeline))
    .filter(([, { project }]) => names.length === 0 || names.includes(project))
    .flatMap(([key, { version }]) => {
      const oldest = history === "-1" ? 0 : version - Number(history);
      return jobsOf(work, key)
        .filter(({ pipelineVersion }) => pipelineVersion >= oldest)
        .reverse();
    });
}

/** Whether a job was created for all of these commits. */
function readsOneOf(work: Work, job: JobRecord, commits: readonly CommitName[]): boolean {
  const { sources = {} } = work.db.commits.get(`${job.project}/${job.pipeline}@${job.id}`) ?? {};
  return commits.every(({ repo, branch, id }) => {
    const key = keyOf(required(repo ?? branch?.repo, "Commit.Repo"));
    return Object.entries(sources).some(
      ([source, commit]) => source.startsWith(`${key}@`) && commit === id,
    );
  });
}

const LOOK_MS = 50;

export async function inspectJob(call: Call, request: InspectJobRequest): Promise<object> {
  const find = (work: Work) => findJob(work, request.job, "InspectJobRequest.Job");
  // a change first applies all events that are due by now
  while (request.wait && call.change((work) => isUnfinished(find(work), work.now)))
    await sleep(LOOK_MS, undefined, { ref: false });
  return call.view((work) => jobView(work, find(work), request.details));
}

/** @throws RpcError (HTTP 404) */
export function findJob(work: Work, name: JobName | null, field: string): JobRecord {
  const { pipeline, id } = required(name, field);
  const key = `${pipelineKey(required(pipeline, "Job.Pipeline"))}@${id}`;
  const job = work.db.jobs.get(key);
  if (job === undefined) throw notFound(`jobs ${key} not found`);
  return job;
}

export function stopJob(
  work: Work,
  request: { readonly job: JobName | null; readonly reason: string },
): void {
  const job = findJob(work, request.job, "StopJobRequest.Job");
  if (isUnfinished(job, work.now)) endJob(work, job, "JOB_KILLED", request.reason);
}

/** The jobs of one change, in the order of the data flow. */
export function inspectJobSet(
  work: Work,
  request: { readonly jobSet: { readonly id: string } | null; readonly details: boolean },
): object[] {
  const { id } = required(request.jobSet, "InspectJobSetRequest.JobSet");
  return jobsOfSet(work, id).map((job) => jobView(work, job, request.details));
}

/** The newest first. */
export function listJobSets(
  work: Work,
  request: { readonly details: boolean; readonly number: string },
): object[] {
  const jobs = work.db.jobs.values();
  const sets = [...new Set(jobs.map(({ id }) => id))].map((id) => jobsOfSet(work, id));
  const created = (set: readonly JobRecord[]) => set[0]?.timeline[0].at ?? 0;
  const views = sets
    .reverse()
    .sort((one, other) => created(other) - created(one))
    .map((set) => ({
      jobSet: { id: set[0]?.id ?? "" },
      jobs: set.map((job) => jobView(work, job, request.details)),
    }));
  return request.number === "0" ? views : views.slice(0, Number(request.number));
}

const jobsOfSet = (work: Work, id: string) => work.db.jobs.values().filter((job) => job.id === id);
