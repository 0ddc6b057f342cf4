import type { Log } from "../../../kit/engine-log";
import type { CreateRequest, CreateResult } from "../../../kit/handler";
import { Deadline } from "../api/deadline";
import { isAlreadyExists } from "../api/errors";
import { formatId } from "../api/object-ref";
import type { Connection } from "../connection/connection";
import { alreadyExists } from "../shared/lifecycle";
import { OutcomeUnclear } from "../shared/settle";
import { initFailed, withAdvice } from "./failures";
import { requireRef } from "./inputs";
import { isLive } from "./live";
import { sendPipeline } from "./send";
import { awaitPipeline, knownState } from "./state";
import { stopNew, wantsStopped } from "./stopped";
import { noteOwnBranches } from "./trigger-branches";

/** Creates a pipeline that must not exist yet, and waits for it on request. */
export async function createPipeline(
  connection: Connection,
  log: Log,
  request: CreateRequest,
): Promise<CreateResult> {
  const { inputs } = request;
  const deadline = new Deadline("create", request.timeoutSeconds);
  const ref = requireRef(inputs, connection.settings.project);
  const { api } = connection;
  const clusterId = await connection.clusterId();
  const thing = { what: `pipeline ${formatId(ref)}`, id: formatId(ref) };
  const exists = () => alreadyExists(connection, request, thing);
  if ((await api.inspectPipeline(ref)) !== undefined) throw exists();
  const marks = { clusterId, ...(await noteOwnBranches(api, inputs.spec ?? null, ref, {})) };
  try {
    await sendPipeline(api, log, request, { ref, deadline, options: {} }, async () => {
      const live = await api.inspectPipeline(ref);
      return live !== undefined && isLive(live, inputs, ref);
    });
  } catch (error) {
    if (error instanceof OutcomeUnclear) {
      const state = { ...knownState(inputs, ref, marks), unsettledVersion: 0 };
      throw initFailed(ref, state, error.message);
    }
    throw isAlreadyExists(error) ? exists() : withAdvice(error, ref);
  }
  if (wantsStopped(inputs, {})) await stopNew(api, ref, deadline, knownState(inputs, ref, marks));
  return {
    id: formatId(ref),
    state: await awaitPipeline(api, ref, request, deadline, marks),
  };
}
