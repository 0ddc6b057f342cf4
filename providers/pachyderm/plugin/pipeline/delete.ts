import { flag } from "../../../kit/arguments";
import type { Log } from "../../../kit/engine-log";
import type { DeleteRequest } from "../../../kit/handler";
import type { Api, ObjectRef, PipelineInfo } from "../api/api";
import { Deadline } from "../api/deadline";
import { blockedBy, isTransient, isUnreachable, ServerError } from "../api/errors";
import { formatId, parseId } from "../api/object-ref";
import type { Connection } from "../connection/connection";
import { deleteHere } from "../shared/lifecycle";
import { stillRead } from "../shared/refused-delete";
import { liveSpec } from "./live";
import { startAgain } from "./stopped";
import { cleanUpBranches } from "./trigger-branches";

/**
 * Deletes a pipeline on the cluster where it was created, with the branches that its triggers
 * leave.
 */
export async function deletePipeline(
  connection: Connection,
  log: Log,
  { id, urn, inputs, state, timeoutSeconds }: DeleteRequest,
): Promise<void> {
  const deadline = new Deadline("delete", timeoutSeconds);
  const ref = parseId(id, "pipeline", connection.settings.project);
  await deleteHere(connection, `pipeline ${formatId(ref)}`, state, async () => {
    const live = await deleteOrStartAgain(connection.api, ref, {
      keepRepo: flag(inputs.keepRepoOnDelete),
      force: flag(inputs.forceDelete),
      deadline,
    });
    const specs = [inputs.spec ?? null, ...(live === undefined ? [] : [liveSpec(live)])];
    await cleanUpBranches(connection.api, log, urn, ref, { specs, state, deadline });
  });
}

interface DeleteOptions {
  /** Whether the output repo is kept, as an ordinary repo. */
  readonly keepRepo: boolean;
  /** Whether it is deleted even if other pipelines read its output. */
  readonly force: boolean;
  readonly deadline: Deadline;
}

/**
 * Deletes a pipeline with its output repo; succeeds if it does not exist. Pachyderm stops the
 * pipeline first, and leaves it stopped if it then refuses the delete, or rolls it back because its
 * client disconnected: the pipeline is started again.
 *
 * @returns the pipeline before the delete
 */
export async function deleteOrStartAgain(
  api: Api,
  ref: ObjectRef,
  options: DeleteOptions,
): Promise<PipelineInfo | undefined> {
  const before = await api.inspectPipeline(ref);
  try {
    await deleteWithRepo(api, ref, options);
  } catch (error) {
    if (isUnreachable(error)) throw error;
    const after = await lookAfter(api, ref);
    if (after === "gone") return before;
    const wasStopped = after !== "unknown" && before?.stopped === false && after.stopped;
    const restarted = wasStopped ? await startAgain(api, ref, "Pachyderm") : "";
    throw new Error(`${reasonOf(error, ref)}${restarted}`);
  }
  return before;
}

function reasonOf(error: unknown, ref: ObjectRef): string {
  const readers = blockedBy(error);
  if (readers !== undefined) return stillRead("pipeline", ref, readers);
  const message = error instanceof Error ? error.message : String(error);
  return `pipeline ${formatId(ref)} was not deleted: ${message}`;
}

/**
 * A pipeline whose output repo is missing cannot be deleted: Pachyderm reports that the repo is not
 * found (src/server/pps/server/api_server.go, deletePipelineInTransaction). With an empty repo in
 * its place, the delete succeeds. Both are deleted, because there is no data to keep.
 */
async function deleteWithRepo(api: Api, ref: ObjectRef, options: DeleteOptions): Promise<void> {
  const { keepRepo, force, deadline } = options;
  try {
    await api.deletePipeline(ref, { keepRepo, force }, deadline);
  } catch (error) {
    if (!(error instanceof ServerError) || isTransient(error)) throw error;
    if ((await api.inspectRepo(ref)) !== undefined) throw error;
    await api.createRepo(ref, { description: "" }, { deadline });
    await api.deletePipeline(ref, { keepRepo: false, force }, deadline);
  }
}

/**
 * The state of the pipeline after a failed delete; the error of the delete is reported even if this
 * fails.
 */
async function lookAfter(api: Api, ref: ObjectRef): Promise<PipelineInfo | "gone" | "unknown"> {
  try {
    return (await api.inspectPipeline(ref)) ?? "gone";
  } catch {
    return "unknown";
  }
}
