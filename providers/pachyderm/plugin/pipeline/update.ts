import type { Log } from "../../../kit/engine-log";
import type { UpdateRequest } from "../../../kit/handler";
import type { ValueMap } from "../../../kit/values";
import type { ObjectRef, PipelineInfo } from "../api/api";
import { Deadline } from "../api/deadline";
import { formatId, parseId } from "../api/object-ref";
import type { Connection } from "../connection/connection";
import { OutcomeUnclear } from "../shared/settle";
import { initFailed, isSettled, unsettledOf, withAdvice } from "./failures";
import { diffRestarts, reprocesses } from "./inputs";
import { isLive, liveSpec } from "./live";
import { sendPipeline } from "./send";
import { awaitPipeline, knownState } from "./state";
import { startAgain, startUpdated, stopNew, stopPipeline, wantsStopped } from "./stopped";
import { cleanUpBranches, hasTrigger, keptMarks, noteOwnBranches } from "./trigger-branches";
import { updateOf } from "./update-costs";

/** Updates a pipeline to its new inputs, and waits for it on request. */
export async function updatePipeline(
  connection: Connection,
  log: Log,
  request: UpdateRequest,
): Promise<ValueMap> {
  const { id, oldState, urn } = request;
  const ref = parseId(id, "pipeline", connection.settings.project);
  const deadline = new Deadline("update", request.timeoutSeconds);
  const { api } = connection;
  await connection.requireSameCluster(oldState, `pipeline ${formatId(ref)}`);
  const clusterId = await connection.clusterId();
  let marks: ValueMap = { clusterId, ...keptMarks(oldState) };
  const live = await api.inspectPipeline(ref);
  const { sends, stops, starts } = stepsOf(live, request, ref);
  if (sends || stops || starts) await connection.costs.update(updateOf(request, ref));
  if (sends) {
    const branches = await noteOwnBranches(api, request.inputs.spec ?? null, ref, oldState);
    marks = { clusterId, ...branches };
  }
  // before the new spec, so that it causes no job
  if (stops) await stopPipeline(api, ref, deadline);
  if (sends) {
    await sendUpdate(connection, log, request, { ref, deadline, live, marks, stops });
    if (live !== undefined && hasTrigger(liveSpec(live), ref.project)) {
      const traces = { specs: [liveSpec(live)], state: marks, deadline };
      await cleanUpBranches(api, log, urn, ref, traces);
    }
  }
  const known = knownState(request.inputs, ref, marks);
  const wanted = wantsStopped(request.inputs, oldState);
  if (live === undefined && wanted) await stopNew(api, ref, deadline, known);
  if (starts) await startUpdated(api, ref, deadline, known);
  if (live?.stopped && wanted === undefined) {
    await log.log(
      "warning",
      `pipeline ${formatId(ref)} is stopped and stays stopped; to start it, run: pachctl ` +
        `start pipeline ${ref.name} --project ${ref.project}`,
      urn,
    );
  }
  return await awaitPipeline(api, ref, request, deadline, marks);
}

/** What an update does to the pipeline on the server, in this order. */
interface Steps {
  readonly stops: boolean;
  readonly sends: boolean;
  readonly starts: boolean;
}

function stepsOf(live: PipelineInfo | undefined, request: UpdateRequest, ref: ObjectRef): Steps {
  const wanted = wantsStopped(request.inputs, request.oldState);
  return {
    stops: wanted === true && live?.stopped === false,
    sends: live === undefined || mustSend(live, request, ref),
    starts: wanted === false && live?.stopped === true,
  };
}

/**
 * Whether an update has anything to send. An equal spec is not sent, because Pachyderm would still
 * restart the workers and kill running jobs. Only a pipeline in FAILURE needs it to recover.
 */
function mustSend(live: PipelineInfo, request: UpdateRequest, ref: ObjectRef): boolean {
  const { inputs, oldInputs, oldState } = request;
  if (!isLive(live, inputs, ref)) return true;
  if (live.state === "PIPELINE_FAILURE") return true;
  if (diffRestarts(oldInputs, inputs).length > 0) return true;
  return !isSettled(unsettledOf(oldState, live));
}

interface Update {
  readonly ref: ObjectRef;
  readonly deadline: Deadline;
  /** The pipeline before the update; undefined if it is gone. */
  readonly live: PipelineInfo | undefined;
  /** What the provider records in the state for itself. */
  readonly marks: ValueMap;
  /** Whether the update has just stopped the pipeline. */
  readonly stops: boolean;
}

async function sendUpdate(
  { api }: Connection,
  log: Log,
  request: UpdateRequest,
  { ref, deadline, live, marks, stops }: Update,
): Promise<void> {
  const { inputs, oldInputs, oldState } = request;
  const version = Number(live?.version ?? 0);
  const reprocess =
    reprocesses(oldInputs, inputs) ||
    (live !== undefined && unsettledOf(oldState, live).unsettledReprocess === true);
  const options = live === undefined ? {} : { update: true, reprocess };
  try {
    await sendPipeline(api, log, request, { ref, deadline, options }, async () => {
      const now = await api.inspectPipeline(ref);
      return now !== undefined && Number(now.version) > version && isLive(now, inputs, ref);
    });
  } catch (error) {
    if (error instanceof OutcomeUnclear) {
      const unsettled = { unsettledVersion: version, unsettledReprocess: reprocess };
      const state = { ...knownState(inputs, ref, marks), ...unsettled };
      throw initFailed(ref, state, error.message);
    }
    const advised = withAdvice(error, ref);
    if (!stops) throw advised;
    // the state then shows the truth: the old spec, not stopped
    const restarted = await startAgain(api, ref, "The update");
    throw new Error(`${(advised as Error).message}${restarted}`);
  }
}
