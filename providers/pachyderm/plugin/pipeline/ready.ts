import { setTimeout as sleep } from "node:timers/promises";
import type { Api, ObjectRef, PipelineInfo } from "../api/api";
import { isTransient } from "../api/errors";

export interface ReadyOptions {
  readonly timeoutSeconds: number;
  /** Aborted when the user cancels. */
  readonly signal: AbortSignal;
}

/** How a wait ended: with the pipeline up, or with why it is not. */
export interface Readiness {
  /** The pipeline when last looked at; undefined if it is gone. */
  readonly pipeline: PipelineInfo | undefined;
  /** Why the pipeline is not up; undefined if it is. */
  readonly problem: string | undefined;
}

/** The first pause between two looks; each is longer than the one before, up to the longest. */
const FIRST_POLL_MS = 50;
const LONGEST_POLL_MS = 2_000;

/** How long a server that went away during the wait may take to come back. */
const OUTAGE_MS = 30_000;

/**
 * Waits until a pipeline is up: Pachyderm says RUNNING a few seconds after a create, before any
 * worker exists, so what counts is that a worker is available. One is enough: the others only make
 * it faster, and a pipeline that scales to zero has none while it stands by. FAILURE ends the wait at once, since only an update gets out of
 * it; CRASHING does not, since Kubernetes may still bring the workers up.
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
    const state = last?.state ?? "not to be seen";
    if (signal.aborted) return { pipeline: last, problem: `cancelled while it was ${state}` };
    if (Date.now() > deadline) {
      return { pipeline: last, problem: tooLate(last, ref, timeoutSeconds) };
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined); // looked at above
  }
}

/** What is known of why a pipeline is not up when the time is over. */
function tooLate(
  pipeline: PipelineInfo | undefined,
  { project, name }: ObjectRef,
  timeoutSeconds: number,
): string {
  const moreTime = "for more time set customTimeouts";
  const seconds = Math.round(timeoutSeconds);
  if (pipeline === undefined) return `not to be seen for ${seconds} s; ${moreTime}`;
  const trouble = failureReason(pipeline);
  if (trouble !== undefined) return trouble;
  const { state, reason, details } = pipeline;
  if (state !== "PIPELINE_RUNNING") return `still ${state} after ${seconds} s; ${moreTime}`;
  const why = [reason, details?.recentError].filter((text) => text).join("; ");
  return (
    `${state}, but no worker is available after ${seconds} s (requested: ` +
    `${details?.workersRequested ?? "not known"})${why ? `: ${why}` : ""}. To see why: kubectl get pods ` +
    `-l pipelineName=${name},pipelineProject=${project} in Pachyderm's namespace; ${moreTime}, ` +
    "or awaitReady to false"
  );
}

/** How the wait ends if the pipeline is like this; undefined if it goes on. */
function judge(pipeline: PipelineInfo | undefined): Readiness | undefined {
  if (pipeline === undefined) {
    return { pipeline, problem: "was deleted meanwhile" };
  }
  if (isUp(pipeline)) return { pipeline, problem: undefined };
  if (pipeline.state === "PIPELINE_FAILURE") return { pipeline, problem: failureReason(pipeline) };
  return undefined;
}

/** What is wrong with a pipeline in Pachyderm's words, or undefined if nothing is. */
export function failureReason({ state, reason }: PipelineInfo): string | undefined {
  if (state !== "PIPELINE_FAILURE" && state !== "PIPELINE_CRASHING") return undefined;
  return `${state}: ${reason || "Pachyderm gives no reason"}`;
}

/** Whether the pipeline does what it is meant to: work, wait for work, or stay stopped. */
function isUp({ state, stopped, details }: PipelineInfo): boolean {
  if (stopped) return state === "PIPELINE_PAUSED";
  if (state === "PIPELINE_STANDBY") return true;
  return state === "PIPELINE_RUNNING" && Number(details?.workersAvailable ?? 0) > 0;
}
