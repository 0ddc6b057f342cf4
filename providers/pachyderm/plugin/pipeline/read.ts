import { isImport, type ReadRequest, type ReadResult } from "../../../kit/handler";
import { mergeDrift } from "../../spec/drift";
import { inSchemaForm } from "../../spec/respell";
import { formatId, parseId } from "../api/object-ref";
import type { Connection } from "../connection/connection";
import { initFailed, isSettled, UNSETTLED, unsettledOf } from "./failures";
import { awaitsReady } from "./inputs";
import { liveSpec, liveState } from "./live";
import { failureReason } from "./ready";
import { liveStopped, unstarted } from "./stopped";
import { keptMarks } from "./trigger-branches";

/**
 * Reads a pipeline: returns the old inputs unchanged where they mean the same as the server's;
 * undefined if it is gone.
 */
export async function readPipeline(
  connection: Connection,
  request: ReadRequest,
): Promise<ReadResult | undefined> {
  const { id, inputs, state } = request;
  const ref = parseId(id, "pipeline", connection.settings.project);
  await connection.requireSameCluster(state, `pipeline ${formatId(ref)}`);
  const live = await connection.api.inspectPipeline(ref);
  if (live === undefined) return undefined;
  const spec = liveSpec(live);
  const options = { project: ref.project };
  const liveInputs = {
    ...inputs,
    spec: isImport(request) ? inSchemaForm(spec) : mergeDrift(inputs.spec ?? null, spec, options),
    ...liveStopped(live, inputs),
  };
  const clusterId = await connection.clusterId();
  const unsettled = unsettledOf(state, live);
  const kept = { ...keptMarks(state), ...unstarted(live, inputs, state) };
  const marks = { clusterId, ...kept, ...unsettled };
  const liveOutputs = { ...liveInputs, ...liveState(live, ref), ...marks };
  const unready = awaitsReady(inputs) ? failureReason(live) : undefined;
  const problem = isSettled(unsettled) ? unready : UNSETTLED;
  if (problem !== undefined) {
    // without this, a refresh would forget that the pipeline is not healthy
    throw initFailed(ref, liveOutputs, problem, liveInputs);
  }
  return { id: formatId(ref), inputs: liveInputs, state: liveOutputs };
}
