import { setTimeout as sleep } from "node:timers/promises";
import type { Api, PipelineInfo, Place } from "./api";
import { ConnectionError } from "./errors";
import { formatId } from "./id";

export interface ReadyOptions {
  readonly timeoutSeconds: number;
  /** Aborted when the user cancels. */
  readonly signal: AbortSignal;
  /** How often the server is asked. */
  readonly pollMs?: number;
}

/** How a wait ended: with the pipeline up, or with why it is not. */
export interface Readiness {
  /** The pipeline when last looked at; undefined if it is gone. */
  readonly pipeline: PipelineInfo | undefined;
  /** Why the pipeline is not up; undefined if it is. */
  readonly problem: string | undefined;
}

const POLL_MS = 500;

/** How long a server that went away during the wait may take to come back. */
const OUTAGE_MS = 30_000;

/**
 * Waits until a pipeline is up. FAILURE ends the wait at once, since only an update gets out of
 * it; CRASHING does not, since Kubernetes may still bring the workers up.
 */
export async function waitUntilReady(
  api: Api,
  place: Place,
  { timeoutSeconds, signal, pollMs = POLL_MS }: ReadyOptions,
): Promise<Readiness> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  const what = `pipeline ${formatId(place)}`;
  let pipeline: PipelineInfo | undefined;
  let lastSeen = Date.now();
  for (;;) {
    try {
      pipeline = await api.inspectPipeline(place);
      lastSeen = Date.now();
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      if (Date.now() - lastSeen > OUTAGE_MS) return { pipeline, problem: error.message };
    }
    if (pipeline === undefined) return { pipeline, problem: `${what} was deleted meanwhile` };
    if (isUp(pipeline)) return { pipeline, problem: undefined };
    if (pipeline.state === "PIPELINE_FAILURE") return { pipeline, problem: unwell(pipeline) };
    if (signal.aborted) {
      return { pipeline, problem: `cancelled while ${what} was ${pipeline.state}` };
    }
    if (Date.now() > deadline) {
      const problem =
        unwell(pipeline) ??
        `still ${pipeline.state} after ${timeoutSeconds} s; more time: customTimeouts`;
      return { pipeline, problem };
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined); // looked at above
  }
}

/** What is wrong with a pipeline in Pachyderm's words, or undefined if nothing is. */
export function unwell({ state, reason }: PipelineInfo): string | undefined {
  if (state !== "PIPELINE_FAILURE" && state !== "PIPELINE_CRASHING") return undefined;
  return `${state}: ${reason || "Pachyderm gives no reason"}`;
}

/** Whether the pipeline does what it is meant to: work, wait for work, or stay stopped. */
function isUp({ state, stopped }: PipelineInfo): boolean {
  if (stopped) return state === "PIPELINE_PAUSED";
  return state === "PIPELINE_RUNNING" || state === "PIPELINE_STANDBY";
}
