import type { Log } from "../../../kit/engine-log";
import type { CreateRequest, CreateResult } from "../../../kit/handler";
import { Deadline } from "../api/deadline";
import { isAlreadyExists } from "../api/errors";
import type { Connection } from "../connection/connection";
import { formatId } from "../shared/id";
import { existsAlready } from "../shared/lifecycle";
import { OutcomeUnclear } from "../shared/settle";
import { explain, initFailed } from "./failures";
import { requirePlace } from "./inputs";
import { isLive } from "./live";
import { sendPipeline } from "./send";
import { awaitPipeline, knownState } from "./state";
import { noteOwnBranches } from "./trigger-branches";

/** Makes a pipeline that must not be there already, and waits for it where asked to. */
export async function createPipeline(
  connection: Connection,
  log: Log,
  request: CreateRequest,
): Promise<CreateResult> {
  const { inputs } = request;
  const deadline = new Deadline("create", request.timeoutSeconds);
  const place = requirePlace(inputs, connection.settings.project);
  const { api } = connection;
  const clusterId = await connection.clusterId();
  const thing = { what: `pipeline ${formatId(place)}`, id: formatId(place) };
  const exists = () => existsAlready(connection, request, thing);
  if ((await api.inspectPipeline(place)) !== undefined) throw exists();
  const marks = { clusterId, ...(await noteOwnBranches(api, inputs.spec ?? null, place, {})) };
  try {
    await sendPipeline(api, log, request, { place, deadline, options: {} }, async () => {
      const live = await api.inspectPipeline(place);
      return live !== undefined && isLive(live, inputs, place);
    });
  } catch (error) {
    if (error instanceof OutcomeUnclear) {
      const state = { ...knownState(inputs, place, marks), unsettledVersion: 0 };
      throw initFailed(place, state, error.message);
    }
    throw isAlreadyExists(error) ? exists() : explain(error, place);
  }
  return {
    id: formatId(place),
    state: await awaitPipeline(api, place, request, deadline, marks),
  };
}
