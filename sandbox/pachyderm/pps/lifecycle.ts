import type { Work } from "../call";
import type { PipelineRecord, PipelineState } from "../store/records";
import { type Phase, phaseAt, replan, type Timeline } from "../timeline";
import { isUnfinished, jobsOf, killJobs } from "./jobs";

/** A new pipeline, or a new version of one: STARTING, and then what becomes of it. */
export function startingTimeline(
  work: Work,
  options: { readonly stopped: boolean; readonly failure: string | undefined },
): Timeline<PipelineState> {
  return [{ at: work.now, state: "PIPELINE_STARTING" }, settled(work, options)];
}

/** The phase that a pipeline comes to once the controller has acted on it. */
function settled(
  work: Work,
  { stopped, failure }: { readonly stopped: boolean; readonly failure: string | undefined },
): Phase<PipelineState> {
  const at = work.now + work.settings.delays.pipelineMs;
  if (stopped) return { at, state: "PIPELINE_PAUSED" };
  if (failure !== undefined) return { at, state: "PIPELINE_FAILURE", reason: failure };
  return { at, state: "PIPELINE_RUNNING" };
}

/** A stopped pipeline stays as it is until the controller acts. FAILURE is left by an update only. */
export function stoppingTimeline(work: Work, pipeline: PipelineRecord): Timeline<PipelineState> {
  const current = phaseAt(pipeline.timeline, work.now);
  if (current.state === "PIPELINE_FAILURE") return [current];
  return [current, settled(work, { stopped: true, failure: undefined })];
}

/** One that had come to rest passes through RESTARTING on its way back. */
export function restartingTimeline(
  work: Work,
  pipeline: PipelineRecord,
  failure: string | undefined,
): Timeline<PipelineState> {
  const current = phaseAt(pipeline.timeline, work.now);
  if (current.state === "PIPELINE_FAILURE") return [current];
  const end = settled(work, { stopped: false, failure });
  if (current.state !== "PIPELINE_PAUSED") return [current, end];
  const at = work.now + work.settings.delays.pipelineMs / 10;
  return [current, { at, state: "PIPELINE_RESTARTING", reason: "could not get RC." }, end];
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
  const busy = jobs.some((job) => isUnfinished(job, work.now));
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
