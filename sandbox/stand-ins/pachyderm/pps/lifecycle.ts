import type { Work } from "../call";
import type { PipelineRecord, PipelineState } from "../store/records";
import { type Phase, phaseAt, replan, type Timeline } from "../timeline";
import { isBusy, jobsOf, killJobs } from "./jobs";

/** A new pipeline or version: STARTING, and the states that follow. */
export function startingTimeline(
  work: Work,
  outcome: Outcome & { readonly stopped: boolean },
): Timeline<PipelineState> {
  return [{ at: work.now, state: "PIPELINE_STARTING" }, ...settled(work, outcome)];
}

/** The result of creating a pipeline's workers in Kubernetes. */
export interface Outcome {
  /** Why they cannot be created. */
  readonly failure: string | undefined;
  /** Why they do not become ready. */
  readonly crash: string | undefined;
}

const PAUSED = { failure: undefined, crash: undefined, stopped: true };

/**
 * The phases of a pipeline once the controller has acted on it. It reports RUNNING as soon as its
 * workers are requested, whether or not they become ready.
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

/** How many of a pipeline's workers are ready. */
export function availableWorkers(
  work: Work,
  phase: Phase<PipelineState>,
  parallelism: number,
): number {
  const isUp = phase.at + work.settings.delays.workersMs <= work.now;
  return phase.state === "PIPELINE_RUNNING" && isUp ? parallelism : 0;
}

/** A stopped pipeline keeps its state until the controller acts. Only an update ends FAILURE. */
export function stoppingTimeline(work: Work, pipeline: PipelineRecord): Timeline<PipelineState> {
  const current = phaseAt(pipeline.timeline, work.now);
  if (current.state === "PIPELINE_FAILURE") return [current];
  return [current, ...settled(work, PAUSED)];
}

/** A paused pipeline passes through RESTARTING when it starts again. */
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

/**
 * The phase that clients see: a running pipeline that scales to zero is in standby when it is idle.
 */
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

/** Not part of the API: sets the state of a pipeline; a failed one loses its jobs. */
export function forceState(work: Work, key: string, state: PipelineState, reason: string): void {
  const pipeline = work.db.pipelines.get(key);
  if (pipeline === undefined) throw new Error(`pipeline ${key} does not exist`);
  const timeline = replan(pipeline.timeline, work.now, { at: work.now, state, reason });
  work.db.pipelines.put(key, { ...pipeline, timeline });
  if (state === "PIPELINE_FAILURE") killJobs(work, key, reason);
}
