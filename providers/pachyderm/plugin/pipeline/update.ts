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
  if (live === undefined || mustSend(live, request, ref)) {
    await connection.costs.update(updateOf(request, ref));
    marks = {
      clusterId,
      ...(await noteOwnBranches(api, request.inputs.spec ?? null, ref, oldState)),
    };
    await sendUpdate(connection, log, request, { ref, deadline, live, marks });
    if (live !== undefined && hasTrigger(liveSpec(live), ref.project)) {
      const traces = { specs: [liveSpec(live)], state: marks, deadline };
      await cleanUpBranches(api, log, urn, ref, traces);
    }
  }
  if (live?.stopped) {
    await log.log(
      "warning",
      `pipeline ${formatId(ref)} is stopped and stays stopped; to start it, run: pachctl ` +
        `start pipeline ${ref.name} --project ${ref.project}`,
      urn,
    );
  }
  return await awaitPipeline(api, ref, request, deadline, marks);
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
}

async function sendUpdate(
  { api }: Connection,
  log: Log,
  request: UpdateRequest,
  { ref, deadline, live, marks }: Update,
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
    throw withAdvice(error, ref);
  }
}
