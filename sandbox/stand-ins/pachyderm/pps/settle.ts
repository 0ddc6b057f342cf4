import { newId, type Work } from "../call";
import { branchKey } from "../names";
import { finishedAt } from "../pfs/files";
import { commitOf } from "../pfs/find-commit";
import type { CommitRecord, JobRecord, JobState, PipelineRecord } from "../store/records";
import type { Phase } from "../timeline";
import { nextTick, tick } from "./cron-ticks";
import { planRun } from "./job-run";
import { endJob } from "./jobs";
import { inputOf, inputRepo, inputTree, type PipelineSpec } from "./spec";
import { secondsOf } from "./user-code";
import { NO_COMMAND } from "./workers";

/** An event that happens without a call. */
interface Event {
  readonly at: number;
  /** @param work at that time. */
  happen(work: Work): void;
}

/**
 * Applies all events that are due by now, in order of time: cron ticks, and jobs that start, run or
 * fail. It runs before and after each call, so nothing has to run in between, and it continues after
 * a restart of the server.
 */
export function settle(work: Work): void {
  for (;;) {
    const next = earliest(eventsOf(work));
    if (next === undefined || next.at > work.now) return;
    next.happen({ ...work, now: next.at, subject: "", commitSet: newId() });
  }
}

function earliest(events: readonly Event[]): Event | undefined {
  return events.reduce<Event | undefined>(
    (first, event) => (first === undefined || event.at < first.at ? event : first),
    undefined,
  );
}

function eventsOf(work: Work): Event[] {
  return work.db.pipelines.entries().flatMap(([key, pipeline]) => {
    const ticks = nextTick(work, pipeline);
    return [
      ...jobEvents(work, key, pipeline),
      ...(ticks === undefined
        ? []
        : [{ at: ticks.at, happen: (then: Work) => tick(then, ticks.cron, ticks.at) }]),
    ];
  });
}

/** The event of the first job without a plan: jobs run one after another. */
function jobEvents(work: Work, key: string, pipeline: PipelineRecord): Event[] {
  const jobs = recentJobs(work, key, pipeline);
  const index = jobs.findIndex(isPending);
  const job = jobs[index];
  if (job === undefined) return [];
  const before = jobs[index - 1]?.timeline.at(-1);
  // a job whose egress fails retries until it is killed
  if (before?.state === "JOB_EGRESSING") return [];
  const isStarted = job.timeline.at(-1)?.state === "JOB_STARTING";
  return isStarted
    ? waitingEvents(work, key, job)
    : startEvents(work, pipeline, job, before?.at ?? 0);
}

const isPending = ({ timeline }: JobRecord) =>
  ["JOB_CREATED", "JOB_STARTING"].includes(timeline.at(-1)?.state ?? "");

/** From the newest job that has run; killed jobs may follow it, because there can be many jobs. */
function recentJobs(work: Work, key: string, { jobs }: PipelineRecord): JobRecord[] {
  const recent: JobRecord[] = [];
  for (let at = jobs.length - 1; at >= 0 && recent[0]?.run === undefined; at--) {
    const job = work.db.jobs.get(`${key}@${jobs[at]}`);
    if (job !== undefined) recent.unshift(job);
  }
  return recent;
}

/** A job starts once its workers are up; a job whose workers cannot be created is killed. */
function startEvents(work: Work, pipeline: PipelineRecord, job: JobRecord, free: number): Event[] {
  const settled = pipeline.timeline.at(-1) ?? pipeline.timeline[0];
  const ready = Math.max(job.timeline[0].at, settled.at);
  if (settled.state === "PIPELINE_FAILURE") {
    const { reason = "" } = settled;
    const words = reason === NO_COMMAND ? "job stopped" : reason;
    return [{ at: ready, happen: (then) => endJob(then, job, "JOB_KILLED", words) }];
  }
  if (settled.state !== "PIPELINE_RUNNING") return [];
  const { workersMs, jobStartMs } = work.settings.delays;
  const up = Math.max(job.timeline[0].at, settled.at + workersMs);
  const at = Math.max(up, free) + jobStartMs;
  return [{ at, happen: (then) => move(then, job, { at, state: "JOB_STARTING" }) }];
}

/** A started job waits until all the commits that it reads are finished. */
function waitingEvents(work: Work, key: string, job: JobRecord): Event[] {
  const spec = specOf(work, key, job);
  const sources = Object.entries(work.db.commits.get(`${key}@${job.id}`)?.sources ?? {})
    .filter(([branch]) => !branch.endsWith(".spec@master"))
    .map(([branch, id]) => ({ branch, commit: sourceOf(work, branch, id) }));
  const ends = sources.map(({ commit }) => (commit === undefined ? undefined : finishedAt(commit)));
  if (ends.includes(undefined)) return [];
  const started = job.timeline.at(-1)?.at ?? 0;
  const ready = Math.max(started, ...ends.map((end) => end ?? 0));
  const failed = sources.filter(({ commit }) => commit?.error).map(({ branch }) => branch);
  if (failed.length > 0) {
    const reason = `unrunnable because the following upstream pipelines failed: ${inputsOn(spec, failed).join(", ")}`;
    return [{ at: ready, happen: (then) => endJob(then, job, "JOB_UNRUNNABLE", reason) }];
  }
  const at = ready + work.settings.delays.jobMs / 10;
  return [{ at, happen: (then) => run(then, key, job, spec) }];
}

/** The commit that a job reads; undefined if a forced delete removed it. */
function sourceOf(work: Work, branch: string, id: string): CommitRecord | undefined {
  const at = branch.lastIndexOf("@");
  if (!work.db.repos.has(branch.slice(0, at)) || id === "") return undefined;
  // an older stand-in did not store output commits
  return (
    commitOf(work, branch.slice(0, at), id) ?? {
      repo: branch.slice(0, at),
      branch: branch.slice(at + 1),
      id,
      finished: true,
    }
  );
}

/** The names of the inputs that read these branches. */
function inputsOn(spec: PipelineSpec, branches: readonly string[]): string[] {
  return inputTree(inputOf(spec)).flatMap(({ pfs }) =>
    pfs && branches.includes(branchKey(inputRepo(pfs), pfs.branch ?? "master"))
      ? [pfs.name ?? ""]
      : [],
  );
}

function specOf(work: Work, key: string, job: JobRecord): PipelineSpec {
  const version = work.db.pipelineVersions.get(`${key}@${job.pipelineVersion}`);
  return (version?.spec ?? {}) as PipelineSpec;
}

function move(work: Work, job: JobRecord, ...phases: readonly Phase<JobState>[]): JobRecord {
  const [first, ...rest] = job.timeline;
  const moved: JobRecord = { ...job, timeline: [first, ...rest, ...phases] };
  work.db.jobs.put(`${job.project}/${job.pipeline}@${job.id}`, moved);
  return moved;
}

/** From here on, everything is determined, unless a call changes the job. */
function run(work: Work, key: string, job: JobRecord, spec: PipelineSpec): void {
  const { run: plan, endsAt, files, failure } = planRun(work, job, spec);
  const timeout = work.now + secondsOf(spec.jobTimeout) * 1000;
  const finishing = endsAt;
  const end = finishing + work.settings.delays.jobMs / 10;
  const running: Phase<JobState> = { at: work.now, state: "JOB_RUNNING" };
  const planned = { ...job, run: plan };
  const commit = work.db.commits.get(`${key}@${job.id}`);
  if (commit === undefined) return;
  const finish = (at: number, fields: Partial<CommitRecord>) =>
    work.db.commits.put(`${key}@${job.id}`, {
      ...commit,
      ...fields,
      finished: true,
      finishingAt: at,
      finishedAt: at,
    });
  if (timeout < end) {
    const reason = " jobtimed out";
    const killed = { ...planned, run: { ...plan, metaIsGood: false } };
    move(work, killed, running, { at: timeout, state: "JOB_KILLED", reason });
    finish(timeout, { error: reason });
  } else if (failure !== undefined) {
    move(work, planned, running, { at: end, state: "JOB_FAILURE", reason: failure });
    finish(end, { files, error: failure, ...(plan.metaIsGood && { isInvalid: true }) });
  } else if (egressFails(work, spec)) {
    move(work, planned, running, { at: finishing, state: "JOB_EGRESSING" });
    finish(finishing, { files });
  } else {
    move(
      work,
      planned,
      running,
      { at: finishing, state: "JOB_FINISHING" },
      { at: end, state: "JOB_SUCCESS" },
    );
    finish(end, { files });
  }
}

function egressFails(work: Work, spec: PipelineSpec): boolean {
  const { URL: url, objectStorage } = (spec.egress ?? {}) as {
    readonly URL?: string;
    readonly objectStorage?: { readonly url?: string } | null;
  };
  const target = url || objectStorage?.url;
  return target !== undefined && work.settings.egressFails(target);
}
