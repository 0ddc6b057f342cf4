import { setTimeout as sleep } from "node:timers/promises";
import type { Api, ObjectRef, PipelineInfo } from "../api/api";
import { isTransient } from "../api/errors";

export interface ReadyOptions {
  readonly timeoutSeconds: number;
  /** Aborted when the user cancels. */
  readonly signal: AbortSignal;
}

/** The result of a wait: the pipeline is ready, or the reason why it is not. */
export interface Readiness {
  /** The pipeline as last inspected; undefined if it is gone. */
  readonly pipeline: PipelineInfo | undefined;
  /** Why the pipeline is not ready; undefined if it is. */
  readonly problem: string | undefined;
}

/** The first pause between two checks; pauses grow up to the longest. */
const FIRST_POLL_MS = 50;
const LONGEST_POLL_MS = 2_000;

/** How long the server may be unreachable during the wait. */
const OUTAGE_MS = 30_000;

/**
 * Waits until a pipeline is ready: Pachyderm reports RUNNING a few seconds after a create, before
 * any worker exists, so a worker must be available. One is enough: the others only make the
 * pipeline faster, and one that scales to zero has none in standby. FAILURE ends the wait at once,
 * because only an update repairs it; CRASHING does not, because Kubernetes may still start the
 * workers.
 */
export async function waitUntilReady(
  api: Api,
  ref: ObjectRef,
  { timeoutSeconds, signal }: ReadyOptions,
): Promise<Readiness> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  let last: PipelineInfo | undefined;
  let lastSeen = Date.now();
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(LONGEST_POLL_MS, pause * 1.5)) {
    try {
      const pipeline = await api.inspectPipeline(ref, { details: true });
      const ended = judge(pipeline);
      if (ended !== undefined) return ended;
      last = pipeline;
      lastSeen = Date.now();
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (Date.now() - lastSeen > OUTAGE_MS)
        return { pipeline: last, problem: (error as Error).message };
    }
    const state = last?.state ?? "not found";
    if (signal.aborted) return { pipeline: last, problem: `cancelled while it was ${state}` };
    if (Date.now() > deadline) {
      return { pipeline: last, problem: tooLate(last, ref, timeoutSeconds) };
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined); // checked above
  }
}

/** What is known about why a pipeline is not ready when the time expires. */
function tooLate(
  pipeline: PipelineInfo | undefined,
  { project, name }: ObjectRef,
  timeoutSeconds: number,
): string {
  const moreTime = "to allow more time, set customTimeouts";
  const seconds = Math.round(timeoutSeconds);
  if (pipeline === undefined) return `not found for ${seconds} s; ${moreTime}`;
  const trouble = failureReason(pipeline);
  if (trouble !== undefined) return trouble;
  const { state, reason, details } = pipeline;
  if (state !== "PIPELINE_RUNNING") return `still ${state} after ${seconds} s; ${moreTime}`;
  const why = [reason, details?.recentError].filter((text) => text).join("; ");
  return (
    `${state}, but no worker is available after ${seconds} s (requested: ` +
    `${details?.workersRequested ?? "not known"})${why ? `: ${why}` : ""}. To see why, run in ` +
    `Pachyderm's namespace: kubectl get pods -l pipelineName=${name},pipelineProject=${project}; ` +
    `${moreTime}, or awaitReady to false`
  );
}

/** The result of the wait for this state of the pipeline; undefined if it continues. */
function judge(pipeline: PipelineInfo | undefined): Readiness | undefined {
  if (pipeline === undefined) {
    return { pipeline, problem: "was deleted in the meantime" };
  }
  if (isUp(pipeline)) return { pipeline, problem: undefined };
  if (pipeline.state === "PIPELINE_FAILURE") return { pipeline, problem: failureReason(pipeline) };
  return undefined;
}

/** What is wrong with a pipeline according to Pachyderm; undefined if nothing is. */
export function failureReason({ state, reason }: PipelineInfo): string | undefined {
  if (state !== "PIPELINE_FAILURE" && state !== "PIPELINE_CRASHING") return undefined;
  return `${state}: ${reason || "Pachyderm does not report a reason"}`;
}

/** Whether the pipeline is in its intended state: working, waiting for work, or stopped. */
function isUp({ state, stopped, details }: PipelineInfo): boolean {
  if (stopped) return state === "PIPELINE_PAUSED";
  if (state === "PIPELINE_STANDBY") return true;
  return state === "PIPELINE_RUNNING" && Number(details?.workersAvailable ?? 0) > 0;
}
