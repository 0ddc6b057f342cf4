import type { Work } from "../call";
import type { PipelineRecord, PipelineState } from "../store/records";
import { type Phase, phaseAt, replan, type Timeline } from "../timeline";
import { isBusy, jobsOf, killJobs } from "./jobs";

/** A new pipeline, or a new version of one: STARTING, and then what becomes of it. */
export function startingTimeline(
  work: Work,
  outcome: Outcome & { readonly stopped: boolean },
): Timeline<PipelineState> {
  return [{ at: work.now, state: "PIPELINE_STARTING" }, ...settled(work, outcome)];
}

/** What Kubernetes makes of a pipeline's workers. */
export interface Outcome {
  /** Why they can't even be asked for. */
  readonly failure: string | undefined;
  /** Why they don't come up. */
  readonly crash: string | undefined;
}

const PAUSED = { failure: undefined, crash: undefined, stopped: true };

/**
 * The phases that a pipeline goes through once the controller has acted on it. It says that it runs
 * as soon as its workers are asked for, which tells nothing of whether they come up.
 */
function settled(
  work: Work,
  { stopped, failure, crash }: Outcome & { readonly stopped: boolean },
): Phase<PipelineState>[] {
  const { pipelineMs, workersMs } = work.settings.delays;
  const at = work.now + pipelineMs;
  if (stopped) return [{ at, state: "PIPELINE_PAUSED" }];
  if (failure !== undefined) return [{ at, state: "PIPELINE_FAILURE", reason: failure }];
  const running: Phase<PipelineState> = { at, state: "PIPELINE_RUNNING" };
  if (crash === undefined) return [running];
  return [running, { at: at + workersMs, state: "PIPELINE_CRASHING", reason: crash }];
}

/** How many of a pipeline's workers are up. */
export function availableWorkers(
  work: Work,
  phase: Phase<PipelineState>,
  parallelism: number,
): number {
  const isUp = phase.at + work.settings.delays.workersMs <= work.now;
  return phase.state === "PIPELINE_RUNNING" && isUp ? parallelism : 0;
}

/** A stopped pipeline stays as it is until the controller acts. FAILURE is left by an update only. */
export function stoppingTimeline(work: Work, pipeline: PipelineRecord): Timeline<PipelineState> {
  const current = phaseAt(pipeline.timeline, work.now);
  if (current.state === "PIPELINE_FAILURE") return [current];
  return [current, ...settled(work, PAUSED)];
}

/** One that had come to rest passes through RESTARTING on its way back. */
export function restartingTimeline(
  work: Work,
  pipeline: PipelineRecord,
  outcome: Outcome,
): Timeline<PipelineState> {
  const current = phaseAt(pipeline.timeline, work.now);
  if (current.state === "PIPELINE_FAILURE") return [current];
  const end = settled(work, { ...outcome, stopped: false });
  if (current.state !== "PIPELINE_PAUSED") return [current, ...end];
  const at = work.now + work.settings.delays.pipelineMs / 10;
  return [current, { at, state: "PIPELINE_RESTARTING", reason: "could not get RC." }, ...end];
}

/** The phase that clients see: a running pipeline that scales to zero stands by when it is idle. */
export function visiblePhase(
  work: Work,
  pipeline: PipelineRecord,
  autoscaling: boolean,
): Phase<PipelineState> {
  const phase = phaseAt(pipeline.timeline, work.now);
  if (phase.state !== "PIPELINE_RUNNING" || !autoscaling) return phase;
  const jobs = jobsOf(work, `${pipeline.project}/${pipeline.name}`);
  const busy = jobs.some((job) => isBusy(job, work.now));
  return busy ? phase : { ...phase, state: "PIPELINE_STANDBY" };
}

/** What is not in the API: a pipeline is found in this state, and a failed one loses its jobs. */
export function forceState(work: Work, key: string, state: PipelineState, reason: string): void {
  const pipeline = work.db.pipelines.get(key);
  if (pipeline === undefined) throw new Error(`there is no pipeline ${key}`);
  const timeline = replan(pipeline.timeline, work.now, { at: work.now, state, reason });
  work.db.pipelines.put(key, { ...pipeline, timeline });
  if (state === "PIPELINE_FAILURE") killJobs(work, key, reason);
}
